import { resolve } from 'node:path';
import { type AwsGateway, startAwsGateway } from './aws-gateway.ts';
import { startChroma } from './chroma.ts';
import { startOllama } from './ollama.ts';
import type { PartContext } from './part.ts';
import { openPartRegistry } from './part-registry.ts';
import { startPostgres } from './postgres.ts';
import { startRedis } from './redis.ts';
import { readSecrets } from './secrets.ts';

export interface PartsEnv {
  readonly UNDERSTUDY_DATABASE_URL?: string | undefined;
  readonly UNDERSTUDY_REDIS_URL?: string | undefined;
  readonly UNDERSTUDY_CHROMA_URL?: string | undefined;
  readonly OLLAMA_HOST?: string | undefined;
  /** `yes`: the Ollama at OLLAMA_HOST may be told to fetch models that it lacks. */
  readonly UNDERSTUDY_PULL_MODELS?: string | undefined;
}

export interface PartsOptions {
  readonly dataFolder: string;
  readonly env: PartsEnv;
  /** Whether an Ollama on the machine's usual port may be taken; tests never look for one. */
  readonly useMachineOllama: boolean;
  readonly embeddingModel: string;
  readonly chatModel: string;
  readonly onProgress: (part: string, message: string) => void;
}

export interface Parts {
  /** The role that applies migrations; it is no superuser. */
  readonly migrationDatabaseUrl: string;
  readonly redisUrl: string;
  readonly chromaUrl: string;
  readonly ollamaUrl: string;
  readonly ollamaIsOffline: boolean;
  /** False for an Ollama of one's own that is not there yet. */
  readonly ollamaIsAnswering: boolean;
  readonly aws: AwsGateway;
  /** Which parts were started here; the others are one's own and outlive `stop`. */
  readonly owned: {
    readonly database: boolean;
    readonly redis: boolean;
    readonly chroma: boolean;
    readonly ollama: boolean;
  };
  /** Ends what was started, gently and all at once. Data stays. */
  stop(): Promise<void>;
}

/**
 * Starts everything that Understudy needs around it, in parallel, on loopback, with data in one folder.
 * @throws PartFailure whose message is one line; whatever had started is stopped again
 */
export async function startParts(options: PartsOptions): Promise<Parts> {
  const dataFolder = resolve(options.dataFolder);
  const registry = await openPartRegistry(dataFolder);
  const secrets = readSecrets(dataFolder);
  const { env } = options;
  const context = (part: string): PartContext => ({
    dataFolder,
    registry,
    secrets,
    onProgress: (message) => options.onProgress(part, message),
  });
  const started: { stop(): Promise<void> }[] = [];
  const keep = async <T extends { stop(): Promise<void> }>(starting: Promise<T>): Promise<T> => {
    const part = await starting;
    started.push(part);
    return part;
  };
  const stop = async () => {
    await Promise.all(started.splice(0).map((part) => part.stop()));
    registry.release();
  };
  const starting = [
    keep(startPostgres(context('postgres'), given(env.UNDERSTUDY_DATABASE_URL))),
    keep(startRedis(context('redis'), given(env.UNDERSTUDY_REDIS_URL))),
    keep(startChroma(context('chroma'), given(env.UNDERSTUDY_CHROMA_URL))),
    keep(
      startOllama(context('ollama'), {
        ...options,
        ownHost: given(env.OLLAMA_HOST),
        mayPull: env.UNDERSTUDY_PULL_MODELS === 'yes',
      }),
    ),
    keep(startAwsGateway(context('aws'))),
  ] as const;
  try {
    const [database, redis, chroma, ollama, aws] = await Promise.all(starting);
    return {
      migrationDatabaseUrl: database.url,
      redisUrl: redis.url,
      chromaUrl: chroma.url,
      ollamaUrl: ollama.url,
      ollamaIsOffline: ollama.isOffline,
      ollamaIsAnswering: ollama.isAnswering,
      aws,
      owned: { database: database.owned, redis: redis.owned, chroma: chroma.owned, ollama: ollama.owned },
      stop,
    };
  } catch (error) {
    await Promise.allSettled(starting);
    await stop();
    throw error;
  }
}

// An empty variable is as good as none.
function given(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : value.trim();
}
