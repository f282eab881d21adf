/** Why a part is not ready, in words that may be shown to anyone: a closed list, so that nothing internal gets out. */
export type NotReadyReason =
  | 'no answer in time'
  | 'no answer'
  | 'unknown answer'
  | 'model missing'
  | 'offline model'
  | 'given up after failures';

/** A readiness check failed for a reason that may be told. */
export class NotReadyError extends Error {
  override readonly name = 'NotReadyError';
  readonly reason: NotReadyReason;

  constructor(reason: NotReadyReason) {
    super(reason);
    this.reason = reason;
  }
}
