import { SQSClient } from '@aws-sdk/client-sqs';
import type * as z from 'zod';
import { openAdapters } from '../../shared/channels/adapters.ts';
import { openOutlet } from '../../shared/channels/outlet.ts';
import { openHttpClient } from '../../shared/clients/http-client.ts';
import { openPartChecks } from '../../shared/clients/part-checks.ts';
import { openRedis, type RedisClient } from '../../shared/clients/redis.ts';
import { openTurnQueue } from '../../shared/clients/turn-queue.ts';
import { openWorkQueue } from '../../shared/clients/work-queue.ts';
import type { AiEnv } from '../../shared/config/env-constants.ts';
import { openPool } from '../../shared/database/pool.ts';
import { openTenantDatabase, type TenantDatabase } from '../../shared/database/tenant-database.ts';
import { countUsage } from '../../shared/database/usage.ts';
import { operationsRoutes } from '../../shared/lambda/operations-routes.ts';
import type { RestService } from '../../shared/lambda/rest-service.ts';
import { readLastSeq } from '../../shared/lifecycles/conversation/conversation-record.ts';
import { openConversationStream } from '../../shared/lifecycles/conversation/conversation-stream.ts';
import { readLostRight } from '../../shared/lifecycles/conversation/page-right.ts';
import { openCancelSignal } from '../../shared/lifecycles/turn/cancel-signal.ts';
import { openFleetMetrics } from '../../shared/observability/fleet-metrics.ts';
import { openCreatorAuthenticator } from '../../shared/security/creator-authenticator.ts';
import { openRateLimiter, rateLimitHeaders } from '../../shared/security/rate-limiter.ts';
import type { AiUse } from './ai-use.ts';
import { type AnswerCache, openAnswerCache } from './gateways/answer-cache.ts';
import { openVectorIndex, type VectorIndex } from './gateways/chroma.ts';
import { type ModelWatch, openModelWatch } from './gateways/model-watch.ts';
import { type OllamaGateway, openOllama } from './gateways/ollama.ts';
import { rememberEmbeddings } from './gateways/remember-embeddings.ts';
import { readAnswerSettings } from './repositories/answer-settings.ts';
import { passagesTable } from './repositories/passages.ts';
import { openReconciliations } from './repositories/reconciliations.ts';
import { readVoiceOfTurn } from './repositories/voices.ts';
import { routes } from './routes/table.ts';
import { type AnswerDependencies, answerQuestion } from './use-cases/answer/answer-question.ts';
import { MODEL_THRESHOLDS, OFFLINE_THRESHOLDS } from './use-cases/answer/decide-refusal.ts';
import { dismissPage } from './use-cases/answer/dismiss-page.ts';
import type { GenerateDependencies } from './use-cases/answer/generate-turn.ts';
import { retrievePassages } from './use-cases/retrieve/retrieve-passages.ts';
import { widenQuery } from './use-cases/retrieve/widen-query.ts';

type Env = z.output<typeof AiEnv>;

/** REST calls of one creator in a minute, over all services and instances. */
const REST_LIMIT = { points: 600, perSeconds: 60 };
/** A model of seven billion parameters loads within half a minute on the GPU host. */
const MODEL_TIMEOUTS = { firstTokenMs: 30_000, betweenTokensMs: 10_000 };

/** Builds what the REST function works with, once per instance. */
export function openAiApi(env: Env): RestService<AiUse> {
  const pool = openPool(env.DATABASE_URL, { maxConnections: env.DATABASE_POOL_SIZE });
  const redis = openRedis(env.REDIS_URL);
  const database = openTenantDatabase(pool);
  const limiter = openRateLimiter({ redis, factor: env.RATE_LIMIT_FACTOR });
  const metrics = openFleetMetrics(redis);
  const { ollama, vectors, models } = openModelServers(env, redis);
  const answers = openAnswerCache({ redis });
  const answering = answerDependencies({ database, ollama, vectors, models, answers });
  return {
    service: 'ai',
    routes: [
      ...routes,
      ...operationsRoutes<AiUse>({
        prefix: '/v1/ai',
        checks: {
          database: () => pool.query('select 1'),
          redis: () => redis.ping(),
          ...openPartChecks({
            ...{ redis, stage: env.STAGE, chromaUrl: env.CHROMA_URL, ollamaUrl: env.OLLAMA_URL },
            ...{ chatModel: env.CHAT_MODEL, embeddingModel: env.EMBEDDING_MODEL },
          }),
        },
        renderMetrics: metrics.render,
        metricsToken: env.METRICS_TOKEN,
      }),
    ],
    use: {
      answer: (asked) => answerQuestion(answering, asked),
      search: async (creatorId, query, limit) => {
        const request = { creatorId, query: widenQuery(query, []), count: limit };
        return (await retrievePassages(answering.retrieval, request)).passages;
      },
      readModels: () => models.read(),
      countAnswer: (creatorId, { refused, usage }) =>
        database.withTenant(creatorId, (db) =>
          countUsage(db, creatorId, {
            answers: 1,
            refusals: refused ? 1 : 0,
            prompt_tokens: usage.promptTokens,
            answer_tokens: usage.answerTokens,
          }),
        ),
    },
    cors: { kind: 'console', origin: env.CONSOLE_ORIGIN },
    authenticateCreator: openCreatorAuthenticator({
      pool,
      redis,
      issuer: env.PUBLIC_API_URL,
      sessionMarkSeconds: env.SESSION_MARK_SECONDS,
    }),
    limit: async ({ creatorId }) => rateLimitHeaders(await limiter.consume('rest', { creatorId }, REST_LIMIT)),
  };
}

/** Builds what the generation of turns works with, once per instance. */
export function openGeneration(env: Env): GenerateDependencies {
  const redis = openRedis(env.REDIS_URL);
  openFleetMetrics(redis); // From here on what is counted is carried to the fleet.
  const database = openTenantDatabase(openPool(env.DATABASE_URL, { maxConnections: env.DATABASE_POOL_SIZE }));
  const { ollama, vectors, models } = openModelServers(env, redis);
  const answers = openAnswerCache({ redis });
  const answering = answerDependencies({ database, ollama, vectors, models, answers });
  const outlet = openOutlet(Object.values(openAdapters(env)));
  const stream = openConversationStream({
    redis,
    post: outlet.post,
    readLastSeq: (creatorId, conversationId) =>
      database.readAsTenant(creatorId, (db) => readLastSeq(db, { creatorId, conversationId })),
  });
  return {
    database,
    stream,
    turns: openTurnQueue(openWorkQueue(new SQSClient({}), env.TURNS_QUEUE_URL)),
    answer: (asked) => answerQuestion(answering, asked),
    readVoice: readVoiceOfTurn,
    isCancelled: openCancelSignal(redis).isRaised,
    findLostRight: (creatorId, conversationId) =>
      database.readAsTenant(creatorId, (db) => readLostRight(db, { creatorId, conversationId })),
    dismissPage: (key, reason) => dismissPage({ stream, outlet }, key, reason),
    chatModel: ollama.chatModel,
  };
}

interface ModelServers {
  readonly ollama: OllamaGateway;
  readonly vectors: VectorIndex;
  readonly models: ModelWatch;
}

/** The clients of Ollama and Chroma, all through the project's one HTTP client. */
export function openModelServers(env: Env, redis: RedisClient): ModelServers {
  const isRepeatable = (method: string, url: URL) => method === 'GET' || url.pathname.endsWith('/api/embed');
  const ollama = openOllama({
    url: env.OLLAMA_URL,
    chatModel: env.CHAT_MODEL,
    embeddingModel: env.EMBEDDING_MODEL,
    http: openHttpClient({ name: 'ollama', timeoutMs: 30_000, retries: 2, isRepeatable, redis }),
    // The gateway watches for silence itself, and whoever streams decides about another attempt.
    // A full queue (503) is a server that works: the turn goes back to ours, and nobody is cut off.
    streamHttp: openHttpClient({
      ...{ name: 'ollama-chat', timeoutMs: 60_000, retries: 0, redis },
      downStatuses: new Set([502, 504]),
    }),
  });
  // Queries are POSTs that change nothing, upserts replace by id and removals may be repeated.
  const vectors = openVectorIndex({
    url: env.CHROMA_URL,
    http: openHttpClient({ name: 'chroma', timeoutMs: 10_000, retries: 2, isRepeatable: () => true, redis }),
  });
  return { ollama, vectors, models: openModelWatch({ ollama, stage: env.STAGE }) };
}

function answerDependencies(
  parts: ModelServers & { readonly database: TenantDatabase; readonly answers: AnswerCache },
): AnswerDependencies {
  const { database, ollama, vectors, models, answers } = parts;
  return {
    retrieval: {
      database,
      ollama: rememberEmbeddings(ollama),
      vectors,
      passages: passagesTable,
      readSettings: readAnswerSettings,
      restoreVectors: (db, creatorId) => openReconciliations(db, creatorId).request(),
    },
    ollama,
    answers,
    thresholds: async () => ((await models.read()).offline ? OFFLINE_THRESHOLDS : MODEL_THRESHOLDS),
    timeouts: MODEL_TIMEOUTS,
  };
}
