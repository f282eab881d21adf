import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { openIdempotencyStore } from '../../../../shared/database/idempotency-store.ts';
import { openPool } from '../../../../shared/database/pool.ts';
import { openTenantDatabase, type TenantDatabase } from '../../../../shared/database/tenant-database.ts';
import { APIError } from '../../../../shared/errors/api-error.ts';
import { type IdempotencyStore, runIdempotently } from '../../../../shared/lambda/idempotency.ts';
import { routesUsing } from '../../../../shared/lambda/route.ts';
import { makeTenant } from '../../../support/tenant-fixture.ts';
import { type TestDatabase, testDatabase } from '../../../support/test-database.ts';

const ROUTE = routesUsing<undefined>()({
  method: 'POST',
  path: '/things',
  permission: 'creator',
  summary: 'Make a thing',
  output: { 201: z.object({ id: z.string() }) },
  run: () => ({}),
});

describe('the idempotency store', () => {
  let database: TestDatabase;
  let pool: pg.Pool;
  let tenants: TenantDatabase;
  let store: IdempotencyStore;
  let creatorId: string;
  let otherId: string;

  beforeAll(async () => {
    database = await testDatabase();
    pool = openPool(database.urlFor('hub'), { maxConnections: 8 });
    tenants = openTenantDatabase(pool);
    store = openIdempotencyStore(tenants);
    creatorId = (await makeTenant(database)).creatorId;
    otherId = (await makeTenant(database)).creatorId;
  });

  afterAll(async () => {
    await pool?.end();
    await database?.drop();
  });

  const post = (key: string, body: unknown, run: () => unknown, as = creatorId) =>
    runIdempotently(
      store,
      ROUTE,
      { kind: 'session', creatorId: as, permissions: [], id: 's' },
      key,
      { params: {}, body },
      run,
    );

  test('gives the first answer again for the same body, and does the work once', async () => {
    const key = randomUUID();
    let done = 0;
    const work = () => ({ id: `thing ${++done}`, at: new Date(0) });

    const answers = [await post(key, { a: 1 }, work), await post(key, { a: 1 }, work)];

    expect(answers).toEqual([
      { id: 'thing 1', at: new Date(0) },
      { id: 'thing 1', at: new Date(0).toISOString() },
    ]);
    expect(done).toBe(1);
  });

  test('refuses the same key with another body', async () => {
    const key = randomUUID();
    await post(key, { a: 1 }, () => ({}));

    await expect(post(key, { a: 2 }, () => ({}))).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  test('lets one of many that come at once do the work, and refuses the others', async () => {
    const key = randomUUID();
    let done = 0;
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    const all = Array.from({ length: 20 }, () =>
      post(key, { a: 1 }, async () => {
        done += 1;
        await gate;
        return { id: 'thing' };
      }).finally(() => (finished += 1)),
    );
    let finished = 0;
    const settled = Promise.allSettled(all);
    while (finished < 19) await new Promise((resolve) => setImmediate(resolve));

    open();

    const outcomes = await settled;
    expect(done).toBe(1);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(outcomes.filter((each) => each.status === 'rejected' && each.reason.code === 'CONFLICT')).toHaveLength(19);
  });

  test('forgets a request that failed, so that it can be tried again', async () => {
    const key = randomUUID();
    const failing = () => {
      throw new APIError('UPSTREAM_FAILED', 'no');
    };
    await expect(post(key, {}, failing)).rejects.toMatchObject({ code: 'UPSTREAM_FAILED' });

    await expect(post(key, {}, () => ({ id: 'thing' }))).resolves.toEqual({ id: 'thing' });
  });

  test('refuses one key for two things of the same route', async () => {
    const key = randomUUID();
    const about = (id: string) =>
      runIdempotently(
        store,
        ROUTE,
        { kind: 'session', creatorId, permissions: [], id: 's' },
        key,
        { params: { id }, body: { a: 1 } },
        () => ({ id }),
      );
    await about('first');

    await expect(about('second')).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  test('does not do the work again when its answer could not be kept', async () => {
    const key = randomUUID();
    let done = 0;
    const forgetful: IdempotencyStore = {
      ...store,
      complete: async () => {
        throw new Error('away');
      },
    };
    const post = () =>
      runIdempotently(
        forgetful,
        ROUTE,
        { kind: 'session', creatorId, permissions: [], id: 's' },
        key,
        { params: {}, body: {} },
        () => ({ id: ++done }),
      );
    await expect(post()).rejects.toThrow('away');

    await expect(post()).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(done).toBe(1);
  });

  test('keeps the keys of creators apart', async () => {
    const key = randomUUID();
    await post(key, {}, () => ({ id: 'mine' }));

    const answer = await post(key, {}, () => ({ id: 'theirs' }), otherId);

    expect(answer).toEqual({ id: 'theirs' });
  });

  test.each([
    ['an answer of yesterday', "status = 1, response = '0', created_at = now() - interval '25 hours'"],
    ['a claim whose function died', "created_at = now() - interval '3 minutes'"],
  ])('gives the key of %s free', async (_, change) => {
    const key = randomUUID();
    await store.claim(creatorId, 'POST /things', key, 'ab'.repeat(32));
    await tenants.withTenant(creatorId, (db) =>
      db.query(`update idempotency_keys set ${change} where creator_id = $1 and key = $2`, [creatorId, key]),
    );

    await expect(post(key, {}, () => ({ id: 'new' }))).resolves.toEqual({ id: 'new' });
  });
});
