import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { serviceDatabaseUrl } from '../../shared/config/service-roles.ts';
import { DEFAULT_BUILD_FOLDER } from '../build/function-entries.ts';
import { ollamaUrl } from '../local/parts/ollama.ts';
import { LocalStackError } from './emulator.ts';

/** What the stack stands on, as functions reach it. */
export interface PartAddresses {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly chromaUrl: string;
  readonly ollamaUrl: string;
}

/** The services of localstack.yml by their names in its network, and the role that it makes. */
const COMPOSE_PARTS: PartAddresses = {
  databaseUrl: 'postgres://understudy_migrator:understudy@postgres:5432/understudy',
  redisUrl: 'redis://redis:6379',
  chromaUrl: 'http://chroma:8000',
  ollamaUrl: 'http://ollama:11434',
};

const COMPOSE_CLAMD = 'clamav:3310';

/**
 * The parts of localstack.yml, but for those of one's own. Functions that run on this very machine (`here`) do not
 * know the names of containers: there all four must be one's own.
 *
 * @throws LocalStackError naming what is missing
 */
export function partAddresses(env: NodeJS.ProcessEnv, here: boolean): PartAddresses {
  const own = {
    UNDERSTUDY_DATABASE_URL: env.UNDERSTUDY_DATABASE_URL || undefined,
    UNDERSTUDY_REDIS_URL: env.UNDERSTUDY_REDIS_URL || undefined,
    UNDERSTUDY_CHROMA_URL: env.UNDERSTUDY_CHROMA_URL || undefined,
    OLLAMA_HOST: env.OLLAMA_HOST ? ollamaUrl(env.OLLAMA_HOST) : undefined,
  };
  const missing = Object.entries(own).flatMap(([name, value]) => (value === undefined ? [name] : []));
  if (here && missing.length > 0) throw new LocalStackError(`--here needs ${missing.join(', ')}`);
  return {
    databaseUrl: own.UNDERSTUDY_DATABASE_URL ?? COMPOSE_PARTS.databaseUrl,
    redisUrl: own.UNDERSTUDY_REDIS_URL ?? COMPOSE_PARTS.redisUrl,
    chromaUrl: own.UNDERSTUDY_CHROMA_URL ?? COMPOSE_PARTS.chromaUrl,
    ollamaUrl: own.OLLAMA_HOST ?? COMPOSE_PARTS.ollamaUrl,
  };
}

/** The parameters of the service stack. Its keys follow from the database's password: the same at every deployment. */
export function localStackParameters(
  parts: PartAddresses,
  env: NodeJS.ProcessEnv,
  here: boolean,
): Record<string, string> {
  const password = decodeURIComponent(new URL(parts.databaseUrl).password);
  const key = (name: string) => createHmac('sha256', password).update(`understudy:localstack:${name}`).digest('base64');
  const clamd = env.CLAMD_ADDRESS || (here ? undefined : COMPOSE_CLAMD);
  return {
    Stage: 'local',
    MigrationDatabaseUrl: parts.databaseUrl,
    AuthDatabaseUrl: serviceDatabaseUrl(parts.databaseUrl, 'auth'),
    HubDatabaseUrl: serviceDatabaseUrl(parts.databaseUrl, 'hub'),
    AiDatabaseUrl: serviceDatabaseUrl(parts.databaseUrl, 'ai'),
    ChannelDatabaseUrl: serviceDatabaseUrl(parts.databaseUrl, 'channel'),
    RedisUrl: parts.redisUrl,
    ChromaUrl: parts.chromaUrl,
    OllamaUrl: parts.ollamaUrl,
    ...(env.CHAT_MODEL && { ChatModel: env.CHAT_MODEL }),
    ...(env.EMBEDDING_MODEL && { EmbeddingModel: env.EMBEDDING_MODEL }),
    ...(env.LOG_LEVEL && { LogLevel: env.LOG_LEVEL }),
    ...(env.RATE_LIMIT_FACTOR && { RateLimitFactor: env.RATE_LIMIT_FACTOR }),
    ...(env.METRICS_TOKEN && { MetricsToken: env.METRICS_TOKEN }),
    PasswordPepper: key('passwordPepper'),
    DataEncryptionKey: key('dataEncryptionKey'),
    VisitorTokenSecret: key('visitorTokenSecret'),
    ...(clamd && { MalwareScanner: 'clamd', ClamdAddress: clamd }),
    // A process of this machine has no /opt of its own to unpack layers into.
    ...(here && { ExtractorProgram: join(DEFAULT_BUILD_FOLDER, 'layers/extractor/extractor/extract.mjs') }),
  };
}
