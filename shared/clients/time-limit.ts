import { APIError } from '../errors/api-error.ts';
import { currentScope } from '../observability/request-scope.ts';

/** The running request has no time left; says nothing about the dependency that was being asked. */
export class OutOfTimeError extends APIError {
  override readonly name = 'OutOfTimeError';

  constructor() {
    super('UPSTREAM_TIMEOUT', 'The request ran out of time.');
  }
}

export interface TimeLimit {
  /** Aborts with the reason that the caller is to be told. */
  readonly signal: AbortSignal;
  /** From here on only the running request's own deadline counts. */
  liftTimeout(): void;
}

/** Left for telling the client, once a dependency has used up the time. */
const DEADLINE_MARGIN_MS = 250;

/** Ends a call after `timeoutMs`, at the deadline of the running request, or with the caller's signal: what is first. */
export function startTimeLimit(name: string, timeoutMs: number, callers: AbortSignal | undefined): TimeLimit {
  const controller = new AbortController();
  const timeout = setTimeout(
    () =>
      controller.abort(
        new APIError('UPSTREAM_TIMEOUT', 'A part of the service took too long to answer.', { cause: name }),
      ),
    timeoutMs,
  ).unref();
  const deadlineAtMs = currentScope()?.deadlineAtMs;
  if (deadlineAtMs !== undefined) {
    const leftMs = deadlineAtMs - DEADLINE_MARGIN_MS - Date.now();
    if (leftMs <= 0) controller.abort(new OutOfTimeError());
    else setTimeout(() => controller.abort(new OutOfTimeError()), leftMs).unref();
  }
  return {
    signal: callers ? AbortSignal.any([callers, controller.signal]) : controller.signal,
    liftTimeout: () => clearTimeout(timeout),
  };
}
