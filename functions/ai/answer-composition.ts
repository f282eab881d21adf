import type * as z from 'zod';
import { openHttpClient } from '../../shared/clients/http-client.ts';
import type { RedisClient } from '../../shared/clients/redis.ts';
import type { AiEnv } from '../../shared/config/env-constants.ts';
import type { TenantDatabase } from '../../shared/database/tenant-database.ts';
import type { AnswerCache } from './gateways/answer-cache.ts';
import { openVectorIndex, type VectorIndex } from './gateways/chroma.ts';
import { type ModelWatch, openModelWatch } from './gateways/model-watch.ts';
import { openOllama } from './gateways/ollama.ts';
import { type RememberingOllama, rememberEmbeddings } from './gateways/remember-embeddings.ts';
import { readAnswerBasis } from './repositories/answer-basis.ts';
import { readAnswerSettings } from './repositories/answer-settings.ts';
import { passagesTable } from './repositories/passages.ts';
import { openReconciliations } from './repositories/reconciliations.ts';
import type { AnswerDependencies } from './use-cases/answer/answer-question.ts';
import { MODEL_THRESHOLDS, OFFLINE_THRESHOLDS } from './use-cases/answer/decide-refusal.ts';

type Env = z.output<typeof AiEnv>;

/** A model of seven billion parameters loads within half a minute on the GPU host. */
const MODEL_TIMEOUTS = { firstTokenMs: 30_000, betweenTokensMs: 10_000 };

export interface ModelServers {
  readonly ollama: RememberingOllama;
  readonly vectors: VectorIndex;
  readonly models: ModelWatch;
}

/** The clients of Ollama and Chroma, all through the project's one HTTP client. */
export function openModelServers(env: Env, redis: RedisClient): ModelServers {
  const isRepeatable = (method: string, url: URL) => method === 'GET' || url.pathname.endsWith('/api/embed');
  const server = openOllama({
    url: env.OLLAMA_URL,
    chatModel: env.CHAT_MODEL,
    embeddingModel: env.EMBEDDING_MODEL,
    http: openHttpClient({ name: 'ollama', timeoutMs: 30_000, retries: 2, isRepeatable, redis }),
    // The gateway watches for silence itself, and whoever streams decides about another attempt.
    // A full queue (503) is a server that works: the turn goes back to ours, and nobody is cut off.
    streamHttp: openHttpClient({
      name: 'ollama-chat',
      timeoutMs: 60_000,
      retries: 0,
      redis,
      downStatuses: new Set([502, 504]),
    }),
  });
  const ollama = rememberEmbeddings(server);
  // Queries are POSTs that change nothing, upserts replace by id and removals may be repeated.
  const vectors = openVectorIndex({
    url: env.CHROMA_URL,
    http: openHttpClient({ name: 'chroma', timeoutMs: 10_000, retries: 2, isRepeatable: () => true, redis }),
  });
  return { ollama, vectors, models: openModelWatch({ ollama, stage: env.STAGE }) };
}

/** What answering a question works with, whoever asks. */
export function openAnswerDependencies(
  parts: ModelServers & { readonly database: TenantDatabase; readonly answers: AnswerCache },
): AnswerDependencies {
  const { database, ollama, vectors, models, answers } = parts;
  return {
    retrieval: {
      database,
      ollama,
      vectors,
      passages: passagesTable,
      readSettings: readAnswerSettings,
      restoreVectors: (db, creatorId) => openReconciliations(db, creatorId).request(),
    },
    ollama,
    answers,
    readBasis: readAnswerBasis,
    thresholds: async () => ((await models.read()).offline ? OFFLINE_THRESHOLDS : MODEL_THRESHOLDS),
    timeouts: MODEL_TIMEOUTS,
  };
}
