import { platformKey } from '../config/redis-keys.ts';
import { NotReadyError } from '../errors/not-ready-error.ts';
import { allowsOfflineModel, ModelList, statesOfModels } from '../models/model-states.ts';
import { type HttpClient, openHttpClient } from './http-client.ts';
import type { RedisClient } from './redis.ts';

/** Where the parts are, and what of them must be there. */
export interface PartChecksOptions {
  readonly redis: RedisClient;
  readonly stage: string;
  readonly chromaUrl: string;
  readonly ollamaUrl: string;
  readonly chatModel: string;
  readonly embeddingModel: string;
}

/** Each resolves when the part is there, and throws within 2 s when it is not. */
export interface PartChecks {
  /** The vector index beats. */
  chroma(): Promise<void>;
  /** The model server lists both models, and nobody has given it up at this moment. */
  models(): Promise<void>;
}

/** How long a part may take to say that it is there. */
const ANSWER_MS = 1_800;

/**
 * Whether the parts that are reached over HTTP answer, asked anew at each call, at 2 s at most. What is asked for here
 * counts for no shared circuit: a probe from outside must not cut a part off from those who work with it.
 *
 * @throws NotReadyError, or the client's APIError
 */
export function openPartChecks(options: PartChecksOptions): PartChecks {
  const { redis, stage, chatModel, embeddingModel } = options;
  const probe = (name: string, baseUrl: string) => openHttpClient({ name, baseUrl, timeoutMs: ANSWER_MS, retries: 0 });
  const chroma = probe('chroma', options.chromaUrl);
  const ollama = probe('ollama', options.ollamaUrl);
  return {
    async chroma() {
      await ask(chroma, '/api/v2/heartbeat');
    },
    async models() {
      // Ollama lists its models also while none of them answers: whoever works with them knows better.
      const [answer] = await Promise.all([ask(ollama, '/api/tags'), refuseGivenUp(redis, ['ollama', 'ollama-chat'])]);
      const list = ModelList.safeParse(await answer.json());
      if (!list.success) throw new NotReadyError('unknown answer');
      const states = statesOfModels(list.data, { chat: chatModel, embedding: embeddingModel });
      if (!states.chat.ready || !states.embedding.ready) throw new NotReadyError('model missing');
      if (states.offline && !allowsOfflineModel(stage)) throw new NotReadyError('offline model');
    },
  };
}

async function ask(client: HttpClient, path: string): Promise<Response> {
  const answer = await client.fetch(path);
  if (answer.ok) return answer;
  await answer.body?.cancel();
  throw new NotReadyError('unknown answer');
}

async function refuseGivenUp(redis: RedisClient, names: readonly string[]): Promise<void> {
  const open = await Promise.all(
    // Without Redis nobody knows; that Redis is away is told by its own check.
    names.map((name) => redis.exists(platformKey('breaker', name)).catch(() => 0)),
  );
  if (open.some((found) => found > 0)) throw new NotReadyError('given up after failures');
}
