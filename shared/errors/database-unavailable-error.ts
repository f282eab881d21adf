/**
 * No connection to Postgres is to be had: it does not answer, or all of them are busy for too long. Nothing was asked
 * of it yet. To a client it is DEPENDENCY_UNAVAILABLE; for a worker it is a failure like any other, to be tried again.
 */
export class DatabaseUnavailableError extends Error {
  override readonly name = 'DatabaseUnavailableError';

  constructor(cause: unknown) {
    super('no connection to the database is to be had', { cause });
  }
}
