/**
 * Redis did not answer in time, or is not there; what was asked of it may have been done all the same. To a client it
 * is DEPENDENCY_UNAVAILABLE; for a worker it is a failure like any other, to be tried again.
 */
export class RedisUnavailableError extends Error {
  override readonly name = 'RedisUnavailableError';

  constructor(cause: unknown) {
    super('redis does not answer', { cause });
  }
}
