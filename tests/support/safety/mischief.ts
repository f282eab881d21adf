import type pg from 'pg';
import type { TenantDatabase } from '../../../shared/database/tenant-database.ts';

export interface Soak {
  readonly tenants: TenantDatabase;
  readonly pool: pg.Pool;
  /** A connection of the same role, from which backends are killed. */
  readonly killer: pg.Client;
}

/** Whose rows a transaction saw; empty when it was ended before it looked. */
export type Seen = readonly string[];

const LOOK = 'select creator_id from widgets';
const look = async (db: { query(text: string): Promise<readonly Record<string, unknown>[]> }): Promise<Seen> =>
  (await db.query(LOOK)).map((row) => String(row.creator_id));

/** What happens in transactions, from the ordinary to the disastrous. Each tells what it saw, whatever else it does. */
export const MISCHIEF: Readonly<Record<string, (soak: Soak, me: string) => Promise<Seen>>> = {
  reads: ({ tenants }, me) => tenants.readAsTenant(me, look),
  'reads in two trips': ({ tenants }, me) =>
    tenants.withTenant(me, async (db) => [...(await look(db)), ...(await look(db))]),
  writes: ({ tenants }, me) =>
    tenants.withTenant(me, async (db) => {
      await db.query(`update widgets set name = 'soaked' where creator_id = $1`, [me]);
      return look(db);
    }),
  'throws after looking': ({ tenants }, me) =>
    tenants.withTenant(me, async (db) => {
      throw Object.assign(new Error('thrown by the work'), { seen: await look(db) });
    }),
  'throws before anything': ({ tenants }, me) =>
    tenants.withTenant(me, async () => {
      throw new Error('thrown at once');
    }),
  'fails in SQL': ({ tenants }, me) => tenants.readAsTenant(me, (db) => db.query('select 1 / 0').then(() => [])),
  'swallows a failure': ({ tenants }, me) =>
    tenants.withTenant(me, async (db) => {
      const seen = await look(db);
      await db.query('select nothing').catch(() => {});
      return seen;
    }),
  'does not wait for its statements': ({ tenants }, me) =>
    tenants.withTenant(me, async (db) => {
      void db.query(`update widgets set name = 'unawaited' where creator_id = $1`, [me]);
      return look(db);
    }),
  'does not wait for a failure': ({ tenants }, me) =>
    tenants.withTenant(me, async (db) => {
      void db.query('select nothing');
      return look(db);
    }),
  'comes late': ({ tenants }, me) =>
    tenants.readAsTenant(me, async (db) => {
      await look(db);
      return look(db);
    }),
  'commits by itself': ({ tenants }, me) =>
    tenants.withTenant(me, async (db) => {
      await db.query('commit');
      return look(db);
    }),
  'rolls back by itself': ({ tenants }, me) =>
    tenants.withTenant(me, async (db) => {
      await db.query('rollback');
      return look(db);
    }),
  'opens another transaction': ({ tenants }, me) =>
    tenants.withTenant(me, async (db) => {
      const seen = await look(db);
      await Promise.all([db.query('commit'), db.query('begin')]);
      return [...seen, ...(await look(db))];
    }),
  'runs into the time limit': ({ tenants }, me) =>
    tenants.withTenant(me, async (db) => {
      await Promise.all([db.query('set local statement_timeout = 1'), db.query('select pg_sleep(1)')]);
      return look(db);
    }),
  'is cancelled': ({ tenants }, me) =>
    tenants.withTenant(me, async (db) => {
      await db.query('select pg_cancel_backend(pg_backend_pid()), pg_sleep(1)');
      return look(db);
    }),
  'looks without a tenant': async ({ pool }) =>
    (await pool.query(LOOK)).rows.map((row) => `without a tenant: ${row.creator_id}`),
};

/** Ends a backend: costly, so it is done once in a while. */
export const DISASTERS: typeof MISCHIEF = {
  'kills its own backend': ({ tenants }, me) =>
    tenants.withTenant(me, (db) => db.query('select pg_terminate_backend(pg_backend_pid())').then(() => [])),
  'has its backend killed': ({ tenants, killer }, me) =>
    tenants.withTenant(me, async (db) => {
      const [row] = await db.query('select pg_backend_pid() as pid');
      const asleep = db.query('select pg_sleep(5)');
      await killer.query('select pg_terminate_backend($1)', [row?.pid]);
      await asleep;
      return look(db);
    }),
  'finds an idle backend killed': async ({ tenants, pool, killer }, me) => {
    const { rows } = await pool.query('select pg_backend_pid() as pid');
    await killer.query('select pg_terminate_backend($1)', [rows[0].pid]);
    return tenants.readAsTenant(me, look);
  },
};
