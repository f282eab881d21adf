import { fileURLToPath } from 'node:url';
import type * as z from 'zod';
import type { AuthEnv } from '../../shared/config/env-constants.ts';
import { operationsRoutes } from '../../shared/lambda/operations-routes.ts';
import { type RestHandler, restHandler } from '../../shared/lambda/rest-handler.ts';
import { openFleetMetrics } from '../../shared/observability/fleet-metrics.ts';
import { openCreatorAuthenticator } from '../../shared/security/creator-authenticator.ts';
import { rateLimitHeaders } from '../../shared/security/rate-limiter.ts';
import type { AuthUse } from './auth-use.ts';
import { composeAuth } from './composition.ts';
import { openWebFiles } from './gateways/web-files.ts';
import { authRoutes } from './route-list.ts';

export interface AuthApi {
  readonly handler: RestHandler;
  close(): Promise<void>;
}

/** The REST face of auth, and of the root: operations, key set, web files, and the 404 of every unknown path. */
export function openAuthApi(env: z.output<typeof AuthEnv>): AuthApi {
  const { pool, redis, use, close } = composeAuth(env);
  const operations = operationsRoutes<AuthUse>({
    prefixes: ['', '/v1/auth'],
    checks: { database: () => pool.query('select 1'), redis: () => redis.ping() },
    renderMetrics: openFleetMetrics(redis).render,
    metricsToken: env.METRICS_TOKEN,
  });
  const routes = [...authRoutes, ...operations];
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
    }),
    limit: async ({ creatorId }) =>
      rateLimitHeaders(await use.limiter.consume('rest', { creatorId }, { points: 600, perSeconds: 60 })),
    // Among them stands /openapi.json, which the build writes for all services.
    fallback: openWebFiles({
      folder: fileURLToPath(new URL(env.WEB_FOLDER, import.meta.url)),
      apiOrigin: new URL(env.PUBLIC_API_URL).origin,
    }),
  });
  return { handler, close };
}
