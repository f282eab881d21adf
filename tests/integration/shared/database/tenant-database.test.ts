import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Executor } from '../../../../shared/database/executor.ts';
import { openPool } from '../../../../shared/database/pool.ts';
import { openTenantDatabase, type TenantDatabase } from '../../../../shared/database/tenant-database.ts';
import { type TestDatabase, testDatabase } from '../../../support/test-database.ts';

const INSERT = `insert into creators (id, email, display_name, password_hash, pepper_version) values ($1, $2, 'x', 'h', 1)`;

describe('a tenant transaction', () => {
  let database: TestDatabase;
  let pool: pg.Pool;
  let tenants: TenantDatabase;
  const mine = randomUUID();
  const other = randomUUID();

  beforeAll(async () => {
    database = await testDatabase();
    pool = openPool(database.urlFor('auth'), { maxConnections: 2 });
    tenants = openTenantDatabase(pool);
    for (const id of [mine, other]) {
      await tenants.withTenant(id, (db) => db.query(INSERT, [id, `${id}@example.org`]));
    }
  });

  afterAll(async () => {
    await pool?.end();
    await database?.drop();
  });

  test('sees its own rows and no others', async () => {
    const rows = await tenants.readAsTenant(mine, (db) => db.query('select id from creators'));

    expect(rows).toEqual([{ id: mine }]);
  });

  test('does not confuse its statements with those of another that shares the pool', async () => {
    const shared = openPool(database.urlFor('auth'), { maxConnections: 1 });
    const ask = (text: string) =>
      openTenantDatabase(shared).readAsTenant(mine, (db) => db.query(`${text} where creator_id = $1`, [mine]));

    const answers = [await ask('select id from creators'), await ask('select display_name from creators')];
    await shared.end();

    expect(answers).toEqual([[{ id: mine }], [{ display_name: 'x' }]]);
  });

  test('cannot write a row of another tenant', async () => {
    const id = randomUUID();

    const attempt = tenants.withTenant(mine, (db) => db.query(INSERT, [id, `${id}@example.org`]));

    await expect(attempt).rejects.toThrow(/row-level security/);
  });

  test('keeps nothing when its work throws', async () => {
    const attempt = tenants.withTenant(mine, async (db) => {
      await db.query(`update creators set display_name = 'changed' where creator_id = $1`, [mine]);
      throw new Error('after the change');
    });

    await expect(attempt).rejects.toThrow('after the change');
    const [row] = await tenants.readAsTenant(mine, (db) => db.query('select display_name from creators'));
    expect(row).toEqual({ display_name: 'x' });
  });

  test('is reported as failed when an error inside it was swallowed', async () => {
    const attempt = tenants.withTenant(mine, async (db) => {
      await db.query('select 1/0').catch(() => undefined);
      return 'fine';
    });

    await expect(attempt).rejects.toThrow();
  });

  test('is reported as failed, and nothing else ends, when nobody waited for the statement that failed', async () => {
    const attempt = tenants.withTenant(mine, async (db) => {
      void db.query('select nothing');
      await db.query('select 1').catch(() => undefined);
    });

    await expect(attempt).rejects.toThrow();
  });

  test('at once is committed whole, or not at all when one of its statements fails', async () => {
    const rename = (name: string) => (db: Executor) =>
      db.query('update creators set display_name = $2 where creator_id = $1 returning display_name', [mine, name]);
    const failing = tenants.changeAtOnce(mine, (db) => Promise.all([rename('lost')(db), db.query('select 1/0')]));

    await expect(failing).rejects.toThrow('division by zero');
    const [kept] = await tenants.readAsTenant(mine, (db) => db.query('select display_name from creators'));
    const [renamed] = await tenants.changeAtOnce(mine, rename('x'));

    expect(kept).toEqual({ display_name: 'x' });
    expect(renamed).toEqual({ display_name: 'x' });
  });

  test('that reads changes nothing, whatever its statements want', async () => {
    const attempt = tenants.readAsTenant(mine, (db) =>
      db.query(`update creators set display_name = 'changed by a read' where creator_id = $1`, [mine]),
    );

    await expect(attempt).rejects.toThrow('read-only transaction');
    const [row] = await tenants.withTenant(mine, (db) => db.query('select display_name from creators'));
    expect(row).toEqual({ display_name: 'x' });
  });

  test('has its statements planned once for each connection, also after one of them failed', async () => {
    const single = openPool(database.urlFor('auth'), { maxConnections: 1 });
    const planned = openTenantDatabase(single);
    const divide = (by: number) =>
      planned.readAsTenant(mine, (db) => db.query('select 1 / $1::integer as share', [by]));

    await expect(divide(0)).rejects.toThrow('division by zero');
    const shares = await Promise.all([divide(1), divide(1), divide(1)]);
    const { rows } = await single.query(
      "select generic_plans + custom_plans as runs from pg_prepared_statements where statement like 'select 1 / %'",
    );
    await single.end();

    expect(shares.flat()).toEqual([{ share: 1 }, { share: 1 }, { share: 1 }]);
    expect(rows).toEqual([{ runs: '3' }]);
  });

  test('shares a pool with another database, whatever each has asked before', async () => {
    const single = openPool(database.urlFor('auth'), { maxConnections: 1 });
    const [one, two] = [openTenantDatabase(single), openTenantDatabase(single)];

    const rows = await one.readAsTenant(mine, (db) => db.query('select $1::integer as number', [1]));
    const texts = await two.readAsTenant(mine, (db) => db.query('select $1::text as text', ['a']));
    await single.end();

    expect([...rows, ...texts]).toEqual([{ number: 1 }, { text: 'a' }]);
  });

  test('names no statements where the server keeps the settings of connections for everybody', async () => {
    const proxied = openPool(`${database.urlFor('auth')}?timeouts=server`, { maxConnections: 1 });

    await openTenantDatabase(proxied).readAsTenant(mine, (db) => db.query('select $1::integer', [1]));
    const { rows } = await proxied.query('select name from pg_prepared_statements');
    await proxied.end();

    expect(rows).toEqual([]);
  });

  test('refuses a statement issued after a one-trip read has ended', async () => {
    const attempt = tenants.readAsTenant(mine, async (db) => {
      await db.query('select 1');
      return db.query('select id from creators');
    });

    await expect(attempt).rejects.toThrow('after its transaction had ended');
  });

  test('needs a creator', async () => {
    await expect(tenants.withTenant('', (db) => db.query('select 1'))).rejects.toThrow(TypeError);
    await expect(tenants.withTenant(`${mine}' or true`, (db) => db.query('select 1'))).rejects.toThrow(TypeError);
  });

  test('leaves no tenant behind on the connection it used', async () => {
    await tenants.withTenant(mine, (db) => db.query('select 1'));

    const { rows } = await pool.query('select count(*)::int as seen from creators');

    expect(rows).toEqual([{ seen: 0 }]);
  });

  test('survives a backend that is killed inside it, and the pool goes on', async () => {
    const attempt = tenants.withTenant(mine, (db) => db.query('select pg_terminate_backend(pg_backend_pid())'));

    await expect(attempt).rejects.toThrow();
    const rows = await tenants.readAsTenant(mine, (db) => db.query('select id from creators'));
    expect(rows).toHaveLength(1);
  });
});
