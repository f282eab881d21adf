/** The work's lease was taken over, or the work itself is gone: whoever held it must write nothing more. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError';

  constructor() {
    super('the lease was lost');
  }
}

export interface Lease {
  /** Aborted with LeaseLostError when the lease is lost, or with the reason of `until`. */
  readonly signal: AbortSignal;
  stop(): void;
}

/**
 * Renews a lease until stopped. A renewal that fails is tried again at the next beat; when none succeeded for as long
 * as the lease lasts, it counts as lost.
 */
export function holdLease(options: {
  readonly renew: () => Promise<boolean>;
  readonly leaseMs: number;
  readonly renewEveryMs: number;
  /** Ends the work early: the function's own deadline. */
  readonly until?: AbortSignal;
}): Lease {
  const controller = new AbortController();
  let heldUntil = Date.now() + options.leaseMs;
  const beat = async () => {
    const askedAt = Date.now();
    const held = await options.renew().catch(() => undefined);
    if (held === true) heldUntil = askedAt + options.leaseMs;
    if (held === false || Date.now() >= heldUntil) controller.abort(new LeaseLostError());
  };
  const timer = setInterval(beat, options.renewEveryMs);
  const signal = options.until ? AbortSignal.any([controller.signal, options.until]) : controller.signal;
  return { signal, stop: () => clearInterval(timer) };
}
