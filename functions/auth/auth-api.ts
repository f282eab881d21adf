import { fileURLToPath } from 'node:url';
import type * as z from 'zod';
import { openPartChecks } from '../../shared/clients/part-checks.ts';
import type { RootEnv } from '../../shared/config/env-constants.ts';
import { operationsRoutes } from '../../shared/lambda/operations-routes.ts';
import { restHandler } from '../../shared/lambda/rest-handler.ts';
import type { RestHandler } from '../../shared/lambda/rest-service.ts';
import { openFleetMetrics } from '../../shared/observability/fleet-metrics.ts';
import { openCreatorAuthenticator } from '../../shared/security/creator-authenticator.ts';
import { limitCreator } from '../../shared/security/limit-creator.ts';
import type { AuthUse } from './auth-use.ts';
import { composeAuth } from './composition.ts';
import { openWebFiles } from './gateways/web-files.ts';
import { routes as authRoutes } from './routes/table.ts';

export interface AuthApi {
  readonly handler: RestHandler;
  close(): Promise<void>;
}

/** The REST face of auth, and of the root: operations, key set, web files, and the 404 of every unknown path. */
export function openAuthApi(env: z.output<typeof RootEnv>): AuthApi {
  const { pool, redis, use, close } = composeAuth(env);
  const ownChecks = { database: () => pool.query('select 1'), redis: () => redis.ping() };
  const partChecks = openPartChecks({
    redis,
    stage: env.STAGE,
    chromaUrl: env.CHROMA_URL,
    ollamaUrl: env.OLLAMA_URL,
    chatModel: env.CHAT_MODEL,
    embeddingModel: env.EMBEDDING_MODEL,
  });
  const operations = { renderMetrics: openFleetMetrics(redis).render, metricsToken: env.METRICS_TOKEN };
  const routes = [
    ...authRoutes,
    ...operationsRoutes<AuthUse>({ ...operations, prefix: '/v1/auth', checks: ownChecks }),
    // The root speaks for the whole: what any visitor or creator needs.
    ...operationsRoutes<AuthUse>({ ...operations, prefix: '', checks: { ...ownChecks, ...partChecks } }),
  ];
  const handler = restHandler({
    service: 'auth',
    routes,
    use,
    cors: { kind: 'console', origin: env.CONSOLE_ORIGIN },
    authenticateCreator: openCreatorAuthenticator({
      pool,
      redis,
      issuer: env.PUBLIC_API_URL,
      sessionMarkSeconds: env.SESSION_MARK_SECONDS,
      limiter: use.limiter,
    }),
    limit: limitCreator(use.limiter),
    // Among them stands /openapi.json, which the build writes for all services.
    fallback: openWebFiles({
      folder: fileURLToPath(new URL(env.WEB_FOLDER, import.meta.url)),
      apiOrigin: new URL(env.PUBLIC_API_URL).origin,
    }),
  });
  return { handler, close };
}
