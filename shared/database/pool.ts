import pg from 'pg';
import { DatabaseUnavailableError } from '../errors/database-unavailable-error.ts';
import { log } from '../observability/logger.ts';

/** Bounds of one instance’s pool, in connections and milliseconds. */
export interface PoolOptions {
  /** Connections of one instance. Reserved concurrency × this stays under 70 % of the server's. */
  readonly maxConnections?: number;
  /** What a statement may take; 5 s, so that whoever waits is told well before the function's own deadline. */
  readonly statementTimeoutMs?: number;
}

/** A server that is alive ends a statement by itself; only one that hangs leaves it to us. */
const SILENCE_MARGIN_MS = 500;

/**
 * A pool of pipelining clients that outlives dying and hanging backends: one that dies is logged or fails its
 * statement; one that says nothing for half a second longer than a statement may take is destroyed, and what waits for
 * it fails (`meansDatabaseAway`). Where no connection is to be had within 5 s, `connect` and `query` throw
 * DatabaseUnavailableError.
 */
export function openPool(connectionString: string, options: PoolOptions = {}): pg.Pool {
  const { statementTimeoutMs = 5_000 } = options;
  const pool = new pg.Pool({
    connectionString,
    max: options.maxConnections ?? 10,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    ...(!serverSetsTimeouts(connectionString) && {
      statement_timeout: statementTimeoutMs,
      idle_in_transaction_session_timeout: 15_000,
    }),
    query_timeout: statementTimeoutMs + SILENCE_MARGIN_MS,
    pipeline: true,
    allowExitOnIdle: true,
  });
  pool.on('error', (error) => log.warn('an idle database connection was lost', { reason: error.message }));
  // A backend can also die while its client changes hands, when neither the pool nor the borrower listens: without a
  // listener Node would end the process. The client knows that it is broken, and its next statement says so.
  pool.on('connect', (client) => client.on('error', () => {}));
  tellUnavailable(pool);
  return pool;
}

/** Whoever waits for a connection in vain is told so in one way; the pool's own `query` borrows by callback. */
function tellUnavailable(pool: pg.Pool): void {
  const borrow = pool.connect.bind(pool);
  type Borrowed = Parameters<Parameters<typeof borrow>[0]>;
  const connect = (callback?: (...borrowed: Borrowed) => void) => {
    if (callback) {
      return borrow((error, client, done) => callback(error && new DatabaseUnavailableError(error), client, done));
    }
    return borrow().catch((error: unknown) => {
      throw new DatabaseUnavailableError(error);
    });
  };
  pool.connect = connect as typeof pool.connect;
}

/** False behind RDS Proxy, which pins a connection to whoever names a statement on it. */
export function keepsStatements(pool: pg.Pool): boolean {
  const { connectionString } = pool.options;
  return connectionString === undefined || !serverSetsTimeouts(connectionString);
}

/**
 * RDS Proxy refuses a connection that is opened with settings; there the server has them for everybody, and the
 * address says so with `timeouts=server`.
 */
function serverSetsTimeouts(connectionString: string): boolean {
  return new URL(connectionString).searchParams.get('timeouts') === 'server';
}
