import type pg from 'pg';
import type * as z from 'zod';
import { openPartChecks } from '../../shared/clients/part-checks.ts';
import { openRedis, type RedisClient } from '../../shared/clients/redis.ts';
import type { AiEnv } from '../../shared/config/env-constants.ts';
import { openPool } from '../../shared/database/pool.ts';
import { openTenantDatabase } from '../../shared/database/tenant-database.ts';
import { operationsRoutes } from '../../shared/lambda/operations-routes.ts';
import type { RestService } from '../../shared/lambda/rest-service.ts';
import { openFleetMetrics } from '../../shared/observability/fleet-metrics.ts';
import { openCreatorAuthenticator } from '../../shared/security/creator-authenticator.ts';
import { limitCreator } from '../../shared/security/limit-creator.ts';
import { openRateLimiter } from '../../shared/security/rate-limiter.ts';
import type { AiUse } from './ai-use.ts';
import { openAnswerDependencies, openModelServers } from './answer-composition.ts';
import { openAnswerCache } from './gateways/answer-cache.ts';
import { routes } from './routes/table.ts';
import { answerAndCount } from './use-cases/answer/answer-and-count.ts';
import { searchAndCount } from './use-cases/retrieve/search-and-count.ts';

type Env = z.output<typeof AiEnv>;

/** Builds what the REST function works with, once per instance. */
export function openAiApi(env: Env): RestService<AiUse> {
  const pool = openPool(env.DATABASE_URL, { maxConnections: env.DATABASE_POOL_SIZE });
  const redis = openRedis(env.REDIS_URL);
  const database = openTenantDatabase(pool);
  const limiter = openRateLimiter({ redis, factor: env.RATE_LIMIT_FACTOR });
  const metrics = openFleetMetrics(redis);
  const { ollama, vectors, models } = openModelServers(env, redis);
  const answers = openAnswerCache({ redis });
  const answering = openAnswerDependencies({ database, ollama, vectors, models, answers });
  return {
    service: 'ai',
    routes: [
      ...routes,
      ...operationsRoutes<AiUse>({
        prefix: '/v1/ai',
        checks: checksOf(env, pool, redis),
        renderMetrics: metrics.render,
        metricsToken: env.METRICS_TOKEN,
      }),
    ],
    use: {
      answer: (asked) => answerAndCount(answering, database, asked),
      search: (creatorId, query, limit) => searchAndCount(answering.retrieval, database, creatorId, { query, limit }),
      readModels: () => models.read(),
    },
    cors: { kind: 'console', origin: env.CONSOLE_ORIGIN },
    authenticateCreator: openCreatorAuthenticator({
      pool,
      redis,
      issuer: env.PUBLIC_API_URL,
      sessionMarkSeconds: env.SESSION_MARK_SECONDS,
      limiter,
    }),
    limit: limitCreator(limiter),
  };
}

function checksOf(env: Env, pool: pg.Pool, redis: RedisClient) {
  const parts = openPartChecks({
    redis,
    stage: env.STAGE,
    chromaUrl: env.CHROMA_URL,
    ollamaUrl: env.OLLAMA_URL,
    chatModel: env.CHAT_MODEL,
    embeddingModel: env.EMBEDDING_MODEL,
  });
  return { database: () => pool.query('select 1'), redis: () => redis.ping(), ...parts };
}
