import type { TenantDatabase } from '../../../../shared/database/tenant-database.ts';
import { APIError } from '../../../../shared/errors/api-error.ts';
import type { readLostRight } from '../../../../shared/lifecycles/conversation/page-right.ts';
import { renewTurn, type TurnLease } from '../../../../shared/lifecycles/turn/claim-turn.ts';
import { log } from '../../../../shared/observability/logger.ts';
import { RightLost } from './dismiss-page.ts';
import type { CancelWatch } from './watch-cancels.ts';
import { AnswerCancelled } from './write-answer.ts';

/** Another worker owns the turn, or it has ended: nothing more may be written. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

export interface HoldDependencies {
  readonly database: TenantDatabase;
  readonly cancels: CancelWatch;
  /** Why the page of the conversation may no longer be answered. */
  readonly readLostRight: typeof readLostRight;
}

export interface TurnHold {
  /** Aborts with `AnswerCancelled`, `LeaseLost`, `RightLost` or, when the time is up, an APIError UPSTREAM_TIMEOUT. */
  readonly signal: AbortSignal;
  release(): void;
}

export type HeldTurn = TurnLease & { readonly conversationId: string };

export interface HoldOptions {
  readonly timeoutMs: number;
  readonly renewEveryMs: number;
  readonly lookAtRightEveryMs: number;
}

/**
 * Keeps a claimed turn while it is worked on: renews the lease, listens for the visitor's cancel, minds the time and that
 * the page may still be answered.
 */
export function holdTurn(deps: HoldDependencies, lease: HeldTurn, options: HoldOptions): TurnHold {
  const controller = new AbortController();
  const { creatorId, turnId, conversationId } = lease;
  let heldUntilMs = Date.now() + lease.leaseMs;

  const renew = async () => {
    const askedAtMs = Date.now();
    const { held, cancelRequested } = await deps.database.changeAtOnce(creatorId, (db) => renewTurn(db, lease));
    if (!held) return controller.abort(new LeaseLost());
    heldUntilMs = askedAtMs + lease.leaseMs;
    if (cancelRequested) controller.abort(new AnswerCancelled());
  };
  const lookAtRight = async () => {
    const key = { creatorId, conversationId };
    const lost = await deps.database.readAsTenant(creatorId, (db) => deps.readLostRight(db, key));
    if (lost) controller.abort(new RightLost(lost));
  };
  const timers = [
    every(options.renewEveryMs, renew, (error) => {
      log.warn('a lease was not renewed', { turn_id: turnId, reason: String(error) });
      // Whoever cannot renew must stop before somebody else may begin.
      if (Date.now() >= heldUntilMs) controller.abort(new LeaseLost());
    }),
    every(options.lookAtRightEveryMs, lookAtRight, (error) =>
      log.warn('a page’s right was not looked at', { turn_id: turnId, reason: String(error) }),
    ),
  ];
  // The lease's renewal tells as well.
  const stopListening = deps.cancels.watch(creatorId, turnId, () => controller.abort(new AnswerCancelled()));
  const deadline = setTimeout(
    () => controller.abort(new APIError('UPSTREAM_TIMEOUT', 'The answer took too long.')),
    options.timeoutMs,
  );
  return {
    signal: controller.signal,
    release() {
      stopListening();
      clearTimeout(deadline);
      for (const timer of timers) clearInterval(timer);
    },
  };
}

/** At most one run at a time, however long it takes. */
function every(ms: number, run: () => Promise<void>, onError: (error: unknown) => void): NodeJS.Timeout {
  let running = false;
  return setInterval(() => {
    if (running) return;
    running = true;
    run()
      .catch(onError)
      .finally(() => {
        running = false;
      });
  }, ms);
}
