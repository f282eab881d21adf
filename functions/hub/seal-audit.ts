import type { Context, ScheduledEvent } from 'aws-lambda';
import { openRedis } from '../../shared/clients/redis.ts';
import { CommonEnv, readEnv } from '../../shared/config/env-constants.ts';
import { openPool } from '../../shared/database/pool.ts';
import { openTenantDatabase } from '../../shared/database/tenant-database.ts';
import { openFleetMetrics } from '../../shared/observability/fleet-metrics.ts';
import { log } from '../../shared/observability/logger.ts';
import { requestIdFrom } from '../../shared/observability/request-id.ts';
import { runInScope } from '../../shared/observability/request-scope.ts';
import { openAuditSeals } from './repositories/audit-seals.ts';
import { type SealReport, sealAuditTrails } from './use-cases/seal-audit-trails.ts';

let run: (() => Promise<SealReport>) | undefined;

/**
 * Hourly: extends the chain of hashes over each creator's audit trail, and checks its last day. Ends with an error, after
 * all were tried, when any of them failed, so that the alarm for failing runs tells.
 */
export async function handler(event: Partial<ScheduledEvent>, context: Context): Promise<void> {
  run ??= openSealing();
  const sealing = run;
  const deadlineAtMs = Date.now() + context.getRemainingTimeInMillis();
  const scope = { requestId: requestIdFrom(event.id), service: 'hub', route: 'seal-audit', deadlineAtMs };
  await runInScope(scope, async () => {
    const report = await sealing();
    log.info('audit trails sealed', { ...report });
    if (report.failed > 0) throw new Error(`${report.failed} audit trails could not be sealed`);
  });
}

function openSealing(): () => Promise<SealReport> {
  const env = readEnv(CommonEnv);
  const pool = openPool(env.DATABASE_URL, { maxConnections: 2, statementTimeoutMs: 10_000 });
  const seals = openAuditSeals(pool, openTenantDatabase(pool));
  const metrics = openFleetMetrics(openRedis(env.REDIS_URL));
  return async () => {
    const report = await sealAuditTrails(seals, new Date());
    await metrics.flush();
    return report;
  };
}
