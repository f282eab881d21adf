import { type ErrorCode, STATUS_OF_CODE } from './error-codes.ts';

/** `details` and `headers` reach the client, `cause` only the log. */
export interface APIErrorOptions {
  /** Safe to show to whoever sent the request. */
  readonly details?: Record<string, unknown>;
  /** Response headers that belong to the error, such as `Retry-After` or `Allow`. */
  readonly headers?: Record<string, string>;
  /** Logged, never shown. */
  readonly cause?: unknown;
}

/** An error whose code, message and details are meant for the client; everything else becomes INTERNAL_ERROR. */
export class APIError extends Error {
  override readonly name: string = 'APIError';
  readonly code: ErrorCode;
  readonly details: Record<string, unknown>;
  readonly headers: Record<string, string>;

  constructor(code: ErrorCode, message: string, options: APIErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
    this.headers = options.headers ?? {};
  }

  get status(): number {
    return STATUS_OF_CODE[this.code];
  }
}
