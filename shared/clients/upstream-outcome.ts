import { APIError } from '../errors/api-error.ts';
import { OutOfTimeError } from './time-limit.ts';

/** The connection never stood, so nothing was sent and any request may be repeated. */
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);

/** Carries an answer that says "down" through the breaker, which counts what is thrown. */
export class DownAnswer extends Error {
  readonly response: Response;
  constructor(response: Response) {
    super(`status ${response.status}`);
    this.response = response;
  }
}

/** The answer that was thrown to the breaker. @throws whatever else it was */
export function asAnswer(error: unknown): Response {
  if (error instanceof DownAnswer) return error.response;
  throw error;
}

/** No answer came: UPSTREAM_FAILED. */
export function noAnswer(cause: unknown): APIError {
  return new APIError('UPSTREAM_FAILED', 'A part of the service did not answer.', { cause });
}

/** Whether the breaker counts it against the dependency; the caller's own limits and signals do not. */
export function speaksAgainst(error: unknown): boolean {
  if (error instanceof DownAnswer) return true;
  if (!(error instanceof APIError) || error instanceof OutOfTimeError) return false;
  return error.code === 'UPSTREAM_FAILED' || error.code === 'UPSTREAM_TIMEOUT';
}

/** Whether another attempt makes sense, and is safe. The body of an answer that is given up is let go. */
export function mayPass(error: unknown, repeatable: boolean): boolean {
  if (error instanceof DownAnswer) {
    if (repeatable) error.response.body?.cancel().catch(() => {}); // Gives the connection back.
    return repeatable;
  }
  if (!(error instanceof APIError) || error.code !== 'UPSTREAM_FAILED') return false;
  return repeatable || neverSent(error.cause);
}

function neverSent(error: unknown): boolean {
  const cause = error instanceof Error ? (error.cause as { code?: string } | undefined) : undefined;
  return NEVER_SENT.has(cause?.code ?? '');
}

/** `Retry-After` in milliseconds, where it is given in seconds (RFC 9110, 10.2.3). */
export function retryAfterMs(error: unknown): number | undefined {
  const seconds =
    error instanceof DownAnswer ? Number(error.response.headers.get('Retry-After') ?? Number.NaN) : Number.NaN;
  return Number.isFinite(seconds) ? seconds * 1_000 : undefined;
}
