import { log } from '../../../shared/observability/logger.ts';
import { add } from '../../../shared/observability/metrics.ts';
import { noteCreator } from '../../../shared/observability/request-scope.ts';
import type { AuditSeals } from '../repositories/audit-seals.ts';

export interface SealReport {
  readonly creators: number;
  readonly events: number;
  readonly broken: number;
}

/** An event bears the time at which its transaction began: after this long none that is older can still be committed. */
const SETTLED_AFTER_MS = 10 * 60_000;
const CREATORS_PER_RUN = 1_000;
/** Seals that each run checks again: a day's worth. */
const CHECKED_SEALS = 24;

/**
 * Seals every audit trail that has grown, and checks the last day of the chain first. A seal that does not match is a
 * security event: somebody with the database's own rights changed the past. Sealing goes on, so that later changes
 * show as well.
 */
export async function sealAuditTrails(seals: AuditSeals, now: Date): Promise<SealReport> {
  const before = new Date(now.getTime() - SETTLED_AFTER_MS);
  const creators = await seals.creatorsToSeal(before, CREATORS_PER_RUN);
  let events = 0;
  let broken = 0;
  for (const creatorId of creators) {
    noteCreator(creatorId);
    const mismatches = await seals.brokenSeals(creatorId, CHECKED_SEALS);
    if (mismatches.length > 0) log.security('audit_seal_broken', { seals: mismatches });
    broken += mismatches.length;
    const seal = await seals.seal(creatorId, before);
    // A witness outside of the database: whoever makes the chain anew there would have to change the log as well.
    if (seal) log.info('audit trail sealed', { ...seal });
    events += seal?.events ?? 0;
  }
  if (broken > 0) add('understudy_audit_seals_broken_total', {}, broken);
  return { creators: creators.length, events, broken };
}
