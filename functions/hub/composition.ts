import { S3Client } from '@aws-sdk/client-s3';
import type * as z from 'zod';
import { openRedis } from '../../shared/clients/redis.ts';
import { openWorkQueue } from '../../shared/clients/work-queue.ts';
import type { HubEnv } from '../../shared/config/env-constants.ts';
import { webManifestAt } from '../../shared/config/web-manifest.ts';
import { openIdempotencyStore } from '../../shared/database/idempotency-store.ts';
import { openPool } from '../../shared/database/pool.ts';
import { openTenantDatabase, type TenantDatabase } from '../../shared/database/tenant-database.ts';
import { operationsRoutes } from '../../shared/lambda/operations-routes.ts';
import { restHandler } from '../../shared/lambda/rest-handler.ts';
import type { RestHandler } from '../../shared/lambda/rest-service.ts';
import { openFleetMetrics } from '../../shared/observability/fleet-metrics.ts';
import { currentScope } from '../../shared/observability/request-scope.ts';
import { openCreatorAuthenticator } from '../../shared/security/creator-authenticator.ts';
import { actorOf } from '../../shared/security/credentials.ts';
import { limitCreator } from '../../shared/security/limit-creator.ts';
import { openRateLimiter } from '../../shared/security/rate-limiter.ts';
import { openIngestQueue } from './gateways/ingest-queue.ts';
import { openRecutLimit } from './gateways/recut-limit.ts';
import { openUploads } from './gateways/uploads.ts';
import type { HubUse } from './hub-use.ts';
import { hubTables } from './repositories/hub-tables.ts';
import { routes } from './routes/table.ts';

export interface HubApi {
  readonly handler: RestHandler;
  close(): Promise<void>;
}

/** The build lays it beside the bundle. */
const WEB_MANIFEST = new URL('./web-manifest.json', import.meta.url);

/** Builds the REST function, once per instance. */
export function openHubApi(env: z.output<typeof HubEnv>, webManifest: URL = WEB_MANIFEST): HubApi {
  const pool = openPool(env.DATABASE_URL, { maxConnections: env.DATABASE_POOL_SIZE });
  const redis = openRedis(env.REDIS_URL);
  const database = openTenantDatabase(pool);
  const limiter = openRateLimiter({ redis, factor: env.RATE_LIMIT_FACTOR });
  const metrics = openFleetMetrics(redis);
  const s3 = new S3Client({
    requestChecksumCalculation: 'WHEN_REQUIRED',
    forcePathStyle: env.AWS_ENDPOINT_URL !== undefined,
  });
  const handler = restHandler<HubUse>({
    service: 'hub',
    routes: [
      ...routes,
      ...operationsRoutes<HubUse>({
        prefix: '/v1/hub',
        checks: { database: () => pool.query('select 1'), redis: () => redis.ping() },
        renderMetrics: metrics.render,
        metricsToken: env.METRICS_TOKEN,
      }),
    ],
    use: {
      ...tenantAccess(database),
      signUpload: openUploads({ s3, bucket: env.UPLOADS_BUCKET }),
      ingest: openIngestQueue(openWorkQueue(env.INGEST_QUEUE_URL)),
      quota: {
        documents: env.QUOTA_DOCUMENTS,
        documentBytes: env.QUOTA_DOCUMENT_BYTES,
        answers: env.QUOTA_ANSWERS,
        widgets: env.QUOTA_WIDGETS,
      },
      limitRecuts: openRecutLimit(limiter),
      readWebManifest: webManifestAt(webManifest),
      publicApiUrl: env.PUBLIC_API_URL,
    },
    cors: { kind: 'console', origin: env.CONSOLE_ORIGIN },
    authenticateCreator: openCreatorAuthenticator({
      pool,
      redis,
      issuer: env.PUBLIC_API_URL,
      sessionMarkSeconds: env.SESSION_MARK_SECONDS,
      limiter,
    }),
    idempotency: openIdempotencyStore(database),
    limit: limitCreator(limiter),
  });
  return {
    handler,
    async close() {
      redis.disconnect();
      await pool.end();
    },
  };
}

/** Tables for the caller's creator; what the work tells the audit trail is written in one round trip with the commit. */
function tenantAccess(database: TenantDatabase): Pick<HubUse, 'inTenant' | 'readInTenant'> {
  return {
    inTenant: (caller, work) =>
      database.withTenant(caller.creatorId, async (db) => {
        const by = { creatorId: caller.creatorId, actor: actorOf(caller), requestId: currentScope()?.requestId };
        const { tables, writeAudit } = hubTables(db, by);
        const result = await work(tables);
        writeAudit().catch(() => {}); // A failure here fails the commit, and that is thrown.
        return result;
      }),
    readInTenant: (caller, work) =>
      database.readAsTenant(caller.creatorId, (db) =>
        work(hubTables(db, { creatorId: caller.creatorId, actor: actorOf(caller) }).tables),
      ),
  };
}
