import { log } from '../../../shared/observability/logger.ts';
import { add, ring } from '../../../shared/observability/metrics.ts';
import { noteCreator, timeLeftMs } from '../../../shared/observability/request-scope.ts';
import type { AuditSeals } from '../repositories/audit-seals.ts';

export interface SealReport {
  /** Whose trails were sealed. */
  readonly creators: number;
  readonly events: number;
  readonly broken: number;
  /** Whose sealing failed, each told in the log; the next run tries again. */
  readonly failed: number;
  /** Found due, but left to the next run for want of time. */
  readonly left: number;
}

/** An event bears the time at which its transaction began: after this long none that is older can still be committed. */
const SETTLED_AFTER_MS = 10 * 60_000;
const CREATORS_PER_RUN = 1_000;
/** Seals that each run checks again: a day's worth. */
const CHECKED_SEALS = 24;
/** Left for the one under way, whose two statements take ten seconds each at most, and for the report. */
const CLOSING_MS = 25_000;

/**
 * Seals every audit trail that has grown, the one that waits longest first, and checks the last day of the chain before.
 * A seal that does not match is a security event: somebody with the database's own rights changed the past. Sealing goes
 * on, so that later changes show as well. One creator's failure keeps nobody else waiting.
 */
export async function sealAuditTrails(seals: AuditSeals, now: Date): Promise<SealReport> {
  const before = new Date(now.getTime() - SETTLED_AFTER_MS);
  const due = await seals.creatorsToSeal(before, CREATORS_PER_RUN);
  const report = { creators: 0, events: 0, broken: 0, failed: 0, left: 0 };
  for (const [place, creatorId] of due.entries()) {
    if (timeLeftMs() < CLOSING_MS) {
      report.left = due.length - place;
      break;
    }
    noteCreator(creatorId);
    try {
      const { events, broken } = await sealTrail(seals, creatorId, before);
      report.creators += 1;
      report.events += events;
      report.broken += broken;
    } catch (error) {
      report.failed += 1;
      log.error('a trail is left to the next sealing', error);
    }
  }
  if (report.broken > 0) {
    add('understudy_audit_seals_broken_total', {}, report.broken);
    ring('AuditSealBroken');
  }
  return report;
}

async function sealTrail(seals: AuditSeals, creatorId: string, before: Date) {
  const mismatches = await seals.brokenSeals(creatorId, CHECKED_SEALS);
  if (mismatches.length > 0) log.security('audit_seal_broken', { seals: mismatches });
  const seal = await seals.seal(creatorId, before);
  // A witness outside of the database: whoever makes the chain anew there would have to change the log as well.
  if (seal) log.info('audit trail sealed', { ...seal });
  return { events: seal?.events ?? 0, broken: mismatches.length };
}
