import { randomUUID } from 'node:crypto';
import type { Context } from 'aws-lambda';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type AuditSeals, openAuditSeals } from '../../../../functions/hub/repositories/audit-seals.ts';
import { handler } from '../../../../functions/hub/seal-audit.ts';
import { sealAuditTrails } from '../../../../functions/hub/use-cases/seal-audit-trails.ts';
import { recordAudit } from '../../../../shared/database/audit.ts';
import { openPool } from '../../../../shared/database/pool.ts';
import { openTenantDatabase, type TenantDatabase } from '../../../../shared/database/tenant-database.ts';
import { runInScope } from '../../../../shared/observability/request-scope.ts';
import { endConnections } from '../../../support/safety/rest/services.ts';
import { makeTenant } from '../../../support/tenant-fixture.ts';
import { type TestDatabase, testDatabase } from '../../../support/test-database.ts';
import { testRedisUrl } from '../../../support/test-redis.ts';

const MINUTE_MS = 60_000;

describe('the sealed audit trail', () => {
  let database: TestDatabase;
  let pool: pg.Pool;
  let tenants: TenantDatabase;
  let seals: AuditSeals;

  beforeAll(async () => {
    database = await testDatabase();
    pool = openPool(database.urlFor('hub'), { maxConnections: 4 });
    tenants = openTenantDatabase(pool);
    seals = openAuditSeals(pool, tenants);
  });

  afterEach(() => void vi.unstubAllEnvs());
  afterAll(async () => {
    await pool?.end();
    await endConnections(database.urlFor('hub'));
    await database?.drop();
  });

  const tell = (creatorId: string, count: number) =>
    tenants.withTenant(creatorId, async (db) => {
      for (let n = 0; n < count; n++) {
        await recordAudit(db, {
          creatorId,
          actor: 'session:x',
          action: 'widget.changed',
          subjectId: randomUUID(),
          fields: ['name'],
        });
      }
    });
  const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * MINUTE_MS);
  const seal = () => sealAuditTrails(seals, new Date());
  const asOwner = async (statement: string) => {
    const owner = new pg.Client({ connectionString: database.migrationUrl });
    await owner.connect();
    await owner.query(statement).finally(() => owner.end());
  };
  /** What only somebody with the owner's rights could do. */
  const tamper = async (creatorId: string, statement: string) => {
    const client = new pg.Client({ connectionString: database.migrationUrl });
    await client.connect();
    try {
      await client.query('begin');
      await client.query('grant authenticated_user to current_user');
      await client.query("select set_config('app.current_creator_id', $1, true)", [creatorId]);
      await client.query(statement);
      await client.query('commit');
    } finally {
      await client.end();
    }
  };
  /** What was told since the last time happened so many minutes ago. */
  const tellAgo = async (creatorId: string, count: number, minutes: number) => {
    await tell(creatorId, count);
    await tamper(
      creatorId,
      `update audit_events set created_at = now() - interval '${minutes} minutes'
       where created_at > now() - interval '5 minutes'`,
    );
  };
  const sealedTwice = async () => {
    const { creatorId } = await makeTenant(database);
    await tellAgo(creatorId, 3, 40);
    const first = await seals.seal(creatorId, minutesAgo(30));
    await tellAgo(creatorId, 2, 20);
    const second = await seals.seal(creatorId, minutesAgo(10));
    expect([first, second]).toMatchObject([
      { number: 1, events: 3 },
      { number: 2, events: 2 },
    ]);
    return creatorId;
  };

  test('covers every event once, and does nothing where nothing was told', async () => {
    const { creatorId } = await makeTenant(database);
    await tellAgo(creatorId, 4, 20);

    const report = await seal();
    const again = await seal();

    expect(report).toEqual({ creators: 1, events: 4, broken: 0, failed: 0, left: 0 });
    expect(again).toEqual({ creators: 0, events: 0, broken: 0, failed: 0, left: 0 });
  });

  test('takes those who wait longest first, and goes on where one of them fails', async () => {
    const waits = [25, 60, 40];
    const made = await Promise.all(waits.map(() => makeTenant(database)));
    const [young, old, middle] = made.map(({ creatorId }) => creatorId);
    for (const [place, { creatorId }] of made.entries()) await tellAgo(creatorId, 2, waits[place] ?? 0);
    const failing: AuditSeals = {
      ...seals,
      seal: (creatorId, before) =>
        creatorId === old ? Promise.reject(new Error('no room left')) : seals.seal(creatorId, before),
    };

    const order = await seals.creatorsToSeal(minutesAgo(10), 1_000);
    const first = await seals.creatorsToSeal(minutesAgo(10), 1);
    const report = await sealAuditTrails(failing, new Date());
    const again = await seal();

    expect([order, first]).toEqual([[old, middle, young], [old]]);
    expect(report).toEqual({ creators: 2, events: 4, broken: 0, failed: 1, left: 0 });
    expect(again).toEqual({ creators: 1, events: 2, broken: 0, failed: 0, left: 0 });
  });

  test('ends with an error where one failed, for the alarm to tell', async () => {
    const { creatorId } = await makeTenant(database);
    await tellAgo(creatorId, 1, 20);
    const addresses = { PUBLIC_API_URL: 'http://127.0.0.1:1', CONSOLE_ORIGIN: 'http://127.0.0.1:1' };
    const env = { STAGE: 'test', SERVICE_NAME: 'hub', DATABASE_URL: database.urlFor('hub'), REDIS_URL: testRedisUrl() };
    for (const [name, value] of Object.entries({ ...env, ...addresses })) vi.stubEnv(name, value);
    const context = { getRemainingTimeInMillis: () => 60_000 } as Context;

    await asOwner('revoke insert (sealed_until) on audit_seals from understudy_hub');
    const failed = await handler({}, context).catch((error: unknown) => error);
    await asOwner('grant insert (sealed_until) on audit_seals to understudy_hub');
    const mended = await handler({}, context);

    expect(String(failed)).toMatch(/1 audit trails could not be sealed/);
    expect(mended).toBeUndefined();
    expect(await seal()).toMatchObject({ creators: 0 });
  });

  test('ends before its time does, and tells how many are left', async () => {
    const { creatorId } = await makeTenant(database);
    await tellAgo(creatorId, 1, 20);
    const scope = { requestId: 'request-1', service: 'hub', route: 'seal-audit' };

    const hurried = await runInScope({ ...scope, deadlineAtMs: Date.now() + 1_000 }, seal);
    const unhurried = await runInScope({ ...scope, deadlineAtMs: Date.now() + 600_000 }, seal);

    expect([hurried, unhurried]).toMatchObject([
      { creators: 0, left: 1 },
      { creators: 1, left: 0 },
    ]);
  });

  test('leaves alone what could still be joined by a running transaction', async () => {
    const { creatorId } = await makeTenant(database);
    await tell(creatorId, 1);

    const report = await seal();

    expect(report.events).toBe(0);
  });

  test('matches while nobody touches it', async () => {
    const creatorId = await sealedTwice();

    expect(await seals.brokenSeals(creatorId, 24)).toEqual([]);
  });

  test.each([
    [
      'an event was altered',
      "update audit_events set actor = 'session:y' where id = (select id from audit_events order by created_at limit 1)",
      [1],
    ],
    [
      'an event was removed',
      'delete from audit_events where id = (select id from audit_events order by created_at desc limit 1)',
      [2],
    ],
    [
      'an event was slipped in',
      "insert into audit_events (creator_id, actor, action, created_at) select creator_id, 'x', 'y', min(created_at) from audit_events group by creator_id",
      [1],
    ],
    ['a seal was made to fit', "update audit_seals set hash = sha256('x') where number = 1", [1, 2]],
  ])('shows that %s', async (_, statement, broken) => {
    const creatorId = await sealedTwice();

    await tamper(creatorId, statement);

    expect(await seals.brokenSeals(creatorId, 24)).toEqual(broken);
  });

  test('cannot be written over by the service itself', async () => {
    const creatorId = await sealedTwice();
    const attempt = (statement: string) => tenants.withTenant(creatorId, (db) => db.query(statement));

    for (const statement of [
      'update audit_seals set event_count = 0',
      'delete from audit_seals',
      "insert into audit_events (creator_id, actor, action, created_at) select creator_id, 'x', 'y', min(created_at) from audit_events group by creator_id",
      "insert into audit_events (creator_id, id, actor, action) select creator_id, gen_random_uuid(), 'x', 'y' from creators",
      'insert into audit_seals (creator_id, sealed_until, number) select creator_id, now(), 9 from creators',
      "insert into audit_seals (creator_id, sealed_until, hash) select creator_id, now(), sha256('x') from creators",
      'delete from audit_events',
      "update audit_events set actor = 'x'",
    ]) {
      await expect(attempt(statement)).rejects.toMatchObject({ code: '42501' });
    }
  });

  test('takes no seal of times to come, behind which events would never be looked at', async () => {
    const creatorId = await sealedTwice();

    await expect(seals.seal(creatorId, new Date(Date.now() + MINUTE_MS))).resolves.toBeUndefined();
    await tell(creatorId, 1);
    await expect(seals.seal(creatorId, new Date(Date.now() + MINUTE_MS))).rejects.toMatchObject({ code: '23514' });

    expect(await seals.brokenSeals(creatorId, 24)).toEqual([]);
  });

  test('gets one seal from two runs at once', async () => {
    const { creatorId } = await makeTenant(database);
    await tellAgo(creatorId, 5, 20);

    const made = await Promise.all([1, 2, 3].map(() => seals.seal(creatorId, minutesAgo(10))));

    expect(made.filter((seal) => seal !== undefined)).toMatchObject([{ number: 1, events: 5 }]);
    expect(await seals.brokenSeals(creatorId, 24)).toEqual([]);
  });
});
