import * as z from 'zod';
import { APIError } from './api-error.ts';
import { meansDatabaseAway } from './database-unavailable-error.ts';
import { type ErrorCode, STATUS_OF_CODE } from './error-codes.ts';
import { RedisUnavailableError } from './redis-unavailable-error.ts';

/** The one shape of every error on the wire, REST and WebSocket alike. */
export const ErrorBody = z.object({
  code: z.enum(Object.keys(STATUS_OF_CODE) as [ErrorCode, ...ErrorCode[]]),
  message: z.string(),
  details: z.record(z.string(), z.unknown()),
  timestamp: z.iso.datetime(),
  request_id: z.string(),
});
export type ErrorBody = z.infer<typeof ErrorBody>;

/** The body of every answer that is not 2xx. */
export const ErrorEnvelope = z.object({ error: ErrorBody });
export type ErrorEnvelope = z.infer<typeof ErrorEnvelope>;

/** Whatever was thrown as an APIError: what is not meant for clients becomes INTERNAL_ERROR with the cause kept. */
export function asApiError(thrown: unknown): APIError {
  if (thrown instanceof APIError) return thrown;
  if (meansDatabaseAway(thrown) || thrown instanceof RedisUnavailableError) {
    const headers = { 'Retry-After': '5' };
    return new APIError('DEPENDENCY_UNAVAILABLE', 'A part of the service is not available right now.', {
      cause: thrown,
      headers,
    });
  }
  return new APIError('INTERNAL_ERROR', 'Something went wrong on our side.', { cause: thrown });
}

/** The error as clients see it: its cause stays here. `requestId` may be empty where none is known. */
export function toErrorBody(error: APIError, requestId: string, now: Date = new Date()): ErrorBody {
  return {
    code: error.code,
    message: error.message,
    details: error.details,
    timestamp: now.toISOString(),
    request_id: requestId,
  };
}
