import type { Socket } from 'node:net';
import type pg from 'pg';
import { log } from '../observability/logger.ts';
import type { Executor } from './executor.ts';
import { keepsStatements } from './pool.ts';
import { type NameOf, namesOf } from './statement-names.ts';

/** What is done within a transaction of one creator; `db` is good until it ends. */
export type TenantWork<T> = (db: Executor) => Promise<T>;

/** The only way to tenant tables: one transaction, bound to one creator, under row level security. */
export interface TenantDatabase {
  /**
   * Runs `work` in a transaction of `creatorId` and commits; rolls back when it throws. The transaction's start and
   * the statements that `work` issues before it first awaits travel in one round trip; the commit takes a second.
   */
  withTenant<T>(creatorId: string, work: TenantWork<T>): Promise<T>;
  /**
   * A read in one round trip: every statement must be issued before `work` first awaits, because the commit follows
   * them at once. A later statement is refused rather than run without a tenant, and one that changes anything by
   * Postgres, for which the transaction is read-only.
   */
  readAsTenant<T>(creatorId: string, work: TenantWork<T>): Promise<T>;
  /**
   * A change in one round trip, under the same rule as `readAsTenant`. It is committed unless a statement fails: what
   * must not happen has to be kept out by the statements themselves, not by throwing afterwards.
   */
  changeAtOnce<T>(creatorId: string, work: TenantWork<T>): Promise<T>;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The database of one service, whose role and limits are the pool's; a wrong creator id is a TypeError. */
export function openTenantDatabase(pool: pg.Pool): TenantDatabase {
  const nameOf = keepsStatements(pool) ? namesOf(pool) : () => undefined;
  const transact = <T>(creatorId: string, work: TenantWork<T>, kind: Kind) =>
    runBorrowed(pool, creatorId, (client) => runTransaction(client, creatorId, work, { ...kind, nameOf }));
  return {
    withTenant: (creatorId, work) => transact(creatorId, work, { begin: 'begin', commit: 'after-work' }),
    readAsTenant: (creatorId, work) => transact(creatorId, work, { begin: 'begin read only', commit: 'at-once' }),
    changeAtOnce: (creatorId, work) => transact(creatorId, work, { begin: 'begin', commit: 'at-once' }),
  };
}

interface Kind {
  readonly begin: 'begin' | 'begin read only';
  readonly commit: 'after-work' | 'at-once';
}

async function runBorrowed<T>(
  pool: pg.Pool,
  creatorId: string,
  run: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  if (!UUID.test(creatorId)) throw new TypeError('a tenant transaction needs the id of a creator');
  const client = await pool.connect();
  let broken: Error | undefined;
  const markBroken = (error: Error) => {
    broken = error;
  };
  client.on('error', markBroken);
  try {
    return await run(client);
  } finally {
    client.off('error', markBroken);
    // On any doubt about its state the connection is destroyed: the next borrower must never inherit a tenant.
    client.release(broken !== undefined || client.getTransactionStatus() !== 'I');
  }
}

async function runTransaction<T>(
  client: pg.PoolClient,
  creatorId: string,
  work: TenantWork<T>,
  { begin, commit, nameOf }: Kind & { readonly nameOf: NameOf },
): Promise<T> {
  let open = true;
  const issued: Promise<unknown>[] = [];
  const issue = (text: string, values?: readonly unknown[]) => {
    const name = values && nameOf(text);
    const result = client.query({ text, ...(values && { values: [...values] }), ...(name && { name }) });
    issued.push(result);
    result.catch(() => {}); // Reported by whoever awaits it, and by the allSettled below.
    return result;
  };
  const executor: Executor = {
    query: (text, values) => {
      const rows = open ? issue(text, values).then((result) => result.rows) : refuseLate();
      // Who does not wait for a statement must not end the process by it: what failed aborts the transaction.
      rows.catch(() => {});
      return rows;
    },
  };

  try {
    const { running, entered } = sentTogether(client, () => {
      issue(begin);
      const entered = issue('select app.enter_tenant($1)', [creatorId]);
      const running = work(executor);
      if (commit === 'at-once') {
        open = false;
        issue('commit');
      }
      return { running, entered };
    });
    const result = await running;
    await entered;
    if (commit === 'after-work') {
      open = false;
      const { command } = await issue('commit');
      if (command !== 'COMMIT') throw new Error('the transaction was rolled back by the server');
    }
    await Promise.all(issued);
    return result;
  } catch (error) {
    open = false;
    const outcomes = await Promise.allSettled(issued);
    await client.query('rollback').catch(() => {});
    // What broke first says more than "current transaction is aborted".
    const first = outcomes.find((outcome) => outcome.status === 'rejected');
    const thrown = error instanceof Error && isAbortedTransaction(error) && first ? first.reason : error;
    throw thrown;
  }
}

/**
 * Statements that are issued in one go leave in one packet: a write for each costs more than most of them, and wakes
 * the server each time.
 */
function sentTogether<T>(client: pg.PoolClient, issueAll: () => T): T {
  const { stream } = (client as unknown as { readonly connection: { readonly stream: Socket } }).connection;
  stream.cork();
  try {
    return issueAll();
  } finally {
    stream.uncork();
  }
}

async function refuseLate(): Promise<never> {
  const error = new Error('a statement was issued after its transaction had ended');
  log.error('a statement was not run', error);
  throw error;
}

function isAbortedTransaction(error: Error): boolean {
  return (error as { code?: string }).code === '25P02';
}
