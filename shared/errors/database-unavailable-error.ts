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

/**
 * SQLSTATEs of a server that is not at fault with the statement: it went over its time (57014), is shutting down, has
 * crashed or is starting (57P01 to 57P03), takes no more connections (53300); and those of a lost connection (class 08).
 */
const AWAY = /^(57014|57P0[123]|53300|08\d\w{2})$/;
/** What the driver says when a connection ends under a statement, or stays silent; it gives these no code. */
const ENDED = /^(Query read timeout|Connection terminated|Client has encountered a connection error|Client was closed)/;
const SOCKET = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT']);

/** SQLSTATE query_canceled: a statement went over its time, and its transaction was rolled back whole. */
export function ranOutOfTime(error: unknown): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === '57014';
}

/** Whether the database is away or hangs. What was asked of it meanwhile may have been done or not. */
export function meansDatabaseAway(error: unknown): boolean {
  if (error instanceof DatabaseUnavailableError) return true;
  if (!(error instanceof Error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) return ENDED.test(error.message);
  return AWAY.test(code) || SOCKET.has(code);
}
