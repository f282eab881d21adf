import type { Context } from 'aws-lambda';
import type * as z from 'zod';
import { openRedis } from '../../shared/clients/redis.ts';
import type { AuthEnv } from '../../shared/config/env-constants.ts';
import { openPool } from '../../shared/database/pool.ts';
import { openTenantDatabase } from '../../shared/database/tenant-database.ts';
import { log } from '../../shared/observability/logger.ts';
import { requestIdFrom } from '../../shared/observability/request-id.ts';
import { runInScope } from '../../shared/observability/request-scope.ts';
import { openMailer } from './mailer-composition.ts';
import { findSpendWarningsDue } from './repositories/spend-warnings.ts';
import { warningTables } from './repositories/warning-tables.ts';
import { type WarningReport, type WarningUse, warnOfSpending } from './use-cases/warn-of-spending.ts';

export interface SpendWatch {
  readonly handler: (
    event: unknown,
    context: Pick<Context, 'awsRequestId' | 'getRemainingTimeInMillis'>,
  ) => Promise<WarningReport>;
  close(): Promise<void>;
}

/** No creator is begun that late before the function's end. */
const LAST_START_MS = 15_000;

/**
 * The run of each minute. Ends with an error, after all creators were tried, when any of them could not be warned, so that
 * the alarm for failing runs tells.
 */
export function openSpendWatch(env: z.output<typeof AuthEnv>): SpendWatch {
  const pool = openPool(env.DATABASE_URL, { maxConnections: env.DATABASE_POOL_SIZE });
  const redis = openRedis(env.REDIS_URL);
  const database = openTenantDatabase(pool);
  const use: WarningUse = {
    findDue: findSpendWarningsDue(pool),
    inTenant: (creatorId, work) => database.withTenant(creatorId, (db) => work(warningTables(db, creatorId))),
    mailer: openMailer(env, redis),
    consoleUrl: env.CONSOLE_URL,
  };

  return {
    handler: (_event, context) => {
      const scope = { requestId: requestIdFrom(context.awsRequestId), service: 'auth', route: 'warn-spending' };
      const remainingMs = Math.max(0, context.getRemainingTimeInMillis() - LAST_START_MS);
      return runInScope(scope, async () => {
        const report = await warnOfSpending(use, AbortSignal.timeout(remainingMs));
        if (report.failed > 0) throw new Error(`${report.failed} creators could not be warned`);
        log.info('daily limits looked at', { ...report });
        return report;
      });
    },
    close: async () => {
      await pool.end();
      redis.disconnect();
    },
  };
}
