import { APIError } from '../../../shared/errors/api-error.ts';

/** For what cannot work without Redis: closed rather than open. @throws APIError DEPENDENCY_UNAVAILABLE */
export async function requireRedis<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    throw new APIError('DEPENDENCY_UNAVAILABLE', 'The chat is not available at the moment. Please try again soon.', {
      cause,
      headers: { 'Retry-After': '5' },
    });
  }
}
