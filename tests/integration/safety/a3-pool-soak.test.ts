import { randomInt } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPool } from '../../../shared/database/pool.ts';
import { openTenantDatabase } from '../../../shared/database/tenant-database.ts';
import { figure, tellFigure, WITHIN_MS } from '../../support/safety/figures.ts';
import { DISASTERS, MISCHIEF, type Soak } from '../../support/safety/mischief.ts';
import { makeTenant } from '../../support/tenant-fixture.ts';
import { type TestDatabase, testDatabase } from '../../support/test-database.ts';

const TRANSACTIONS = figure(2_500, 50_000);
/** One transaction in so many loses its backend. */
const DISASTER_EVERY = 50;
const CONNECTIONS = 6;
const AT_ONCE = 24;

let database: TestDatabase;
let soak: Soak;
let creators: string[];
beforeAll(async () => {
  database = await testDatabase();
  const pool = openPool(database.urlFor('hub'), { maxConnections: CONNECTIONS });
  const killer = new pg.Client({ connectionString: database.urlFor('hub') });
  await killer.connect();
  soak = { pool, killer, tenants: openTenantDatabase(pool) };
  const fixtures = [];
  for (let count = 0; count < 5; count++) fixtures.push(await makeTenant(database));
  creators = fixtures.map(({ creatorId }) => creatorId);
});
afterAll(async () => {
  await Promise.all([soak?.pool.end(), soak?.killer.end()]);
  await database?.drop();
});

const pick = <T>(all: readonly T[]): T => all[randomInt(all.length)] as T;

describe('A3: the pool', () => {
  test(
    'shows nobody a foreign row and lives on, whatever its transactions do',
    async () => {
      const tally = { done: 0, ended: 0, foreign: [] as string[], kinds: new Map<string, number>() };
      const transact = async () => {
        const me = pick(creators);
        const source = tally.done % DISASTER_EVERY === 0 ? DISASTERS : MISCHIEF;
        const [name, run] = pick(Object.entries(source));
        tally.done += 1;
        tally.kinds.set(name, (tally.kinds.get(name) ?? 0) + 1);
        const seen = await run(soak, me).catch((error: { seen?: readonly string[] }) => {
          tally.ended += 1;
          return error.seen ?? [];
        });
        tally.foreign.push(...seen.filter((creatorId) => creatorId !== me).map((creatorId) => `${name}: ${creatorId}`));
      };
      const worker = async () => {
        while (tally.done < TRANSACTIONS) await transact();
      };

      await Promise.all(Array.from({ length: AT_ONCE }, worker));

      tellFigure(
        'A3',
        `${tally.done} transactions, ${tally.ended} of them ended early, ${tally.kinds.size} kinds`,
        '0 foreign rows',
        `${tally.foreign.length}`,
      );
      expect(tally.foreign).toEqual([]);
      expect(tally.kinds.size).toBe(Object.keys({ ...MISCHIEF, ...DISASTERS }).length);
      expect(soak.pool.totalCount).toBeLessThanOrEqual(CONNECTIONS);
    },
    WITHIN_MS,
  );

  test('hands on no connection with a tenant, and serves every creator afterwards', async () => {
    const clients = await Promise.all(Array.from({ length: CONNECTIONS }, () => soak.pool.connect()));
    const states = await Promise.all(
      clients.map(async (client) => {
        const { rows } = await client.query(
          `select coalesce(current_setting('app.current_creator_id', true), '') as tenant, count(w.*)::int as seen
           from (select 1) as always left join widgets w on true`,
        );
        return { ...rows[0], transaction: client.getTransactionStatus() };
      }),
    );
    for (const client of clients) client.release();
    const served = await Promise.all(
      creators.map((me) => soak.tenants.readAsTenant(me, (db) => db.query('table widgets'))),
    );

    expect(states).toEqual(clients.map(() => ({ tenant: '', seen: 0, transaction: 'I' })));
    expect(served.map((rows) => rows.map((row) => row.creator_id))).toEqual(creators.map((me) => [me]));
  });
});
