import type { Context } from 'aws-lambda';
import * as z from 'zod';
import type { AuthEnv } from '../../shared/config/env-constants.ts';
import { openPool } from '../../shared/database/pool.ts';
import { log } from '../../shared/observability/logger.ts';
import { requestIdFrom } from '../../shared/observability/request-id.ts';
import { runInScope } from '../../shared/observability/request-scope.ts';
import { openColumnCipher } from '../../shared/security/column-encryption.ts';
import { openLookups } from './repositories/lookups.ts';
import { openSigningKeys } from './repositories/signing-keys.ts';
import { type DropReport, dropKey, type RotationReport, rotateKeys } from './use-cases/key-ring.ts';

export interface KeyRotation {
  readonly handler: (event: unknown, context: Pick<Context, 'awsRequestId'>) => Promise<RotationReport | DropReport>;
  close(): Promise<void>;
}

/**
 * The schedule's event says nothing of ours. A person invokes with `{"rotate": true}` to rotate as soon as it is safe, or
 * with `{"drop": "<kid>"}` when a key may be known to others.
 */
const RotationEvent = z.object({ rotate: z.boolean().default(false), drop: z.string().optional() });

/**
 * The daily run, in two steps of which neither waits for the other's success: it retires keys past their overlap and lets
 * the next one take over when the current one is 30 days old; and it clears away registrations that nobody verified.
 */
export function openKeyRotation(env: z.output<typeof AuthEnv>): KeyRotation {
  const pool = openPool(env.DATABASE_URL, { maxConnections: 2, statementTimeoutMs: 10_000 });
  const keys = openSigningKeys(pool, openColumnCipher(env.DATA_ENCRYPTION_KEY));
  const lookups = openLookups(pool);

  const run = async (event: unknown): Promise<RotationReport | DropReport> => {
    const { rotate, drop } = RotationEvent.parse(event ?? {});
    if (drop !== undefined) {
      const report = await dropKey(keys, drop);
      log.security('signing_key_dropped', { kid: drop, ...report });
      return report;
    }
    const [report] = await bothOrThrow(checkKeys(rotate), clearRegistrations());
    return report;
  };
  const checkKeys = async (demanded: boolean) => {
    const report = await rotateKeys(keys, { demanded });
    log.info('signing keys checked', { ...report });
    return report;
  };
  const clearRegistrations = async () => {
    log.info('stale registrations removed', { removed: await lookups.removeStaleRegistrations() });
  };

  return {
    handler: (event, context) => {
      const scope = { requestId: requestIdFrom(context.awsRequestId), service: 'auth', route: 'rotate-keys' };
      return runInScope(scope, () => run(event));
    },
    close: () => pool.end(),
  };
}

/** Each comes to its end before a failure is told. */
async function bothOrThrow<A, B>(one: Promise<A>, other: Promise<B>): Promise<[A, B]> {
  const ends = await Promise.allSettled([one, other]);
  const failures = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
  if (failures.length > 1) throw new AggregateError(failures, 'both steps of the daily run failed');
  return Promise.all([one, other]);
}
