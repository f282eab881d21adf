import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AuditSeals, openAuditSeals } from '../../../../functions/hub/repositories/audit-seals.ts';
import { sealAuditTrails } from '../../../../functions/hub/use-cases/seal-audit-trails.ts';
import { recordAudit } from '../../../../shared/database/audit.ts';
import { openPool } from '../../../../shared/database/pool.ts';
import { openTenantDatabase, type TenantDatabase } from '../../../../shared/database/tenant-database.ts';
import { makeTenant } from '../../../support/tenant-fixture.ts';
import { type TestDatabase, testDatabase } from '../../../support/test-database.ts';

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

  afterAll(async () => {
    await pool?.end();
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
  /** As a time traveller: what is told now counts as settled. */
  const seal = () => sealAuditTrails(seals, new Date(Date.now() + 11 * MINUTE_MS));
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
  const sealedTwice = async () => {
    const { creatorId } = await makeTenant(database);
    await tell(creatorId, 3);
    const first = await seals.seal(creatorId, new Date(Date.now() + 1));
    await new Promise((resolve) => setTimeout(resolve, 5));
    await tell(creatorId, 2);
    const second = await seals.seal(creatorId, new Date(Date.now() + 1));
    expect([first, second]).toEqual([3, 2]);
    return creatorId;
  };

  test('covers every event once, and does nothing where nothing was told', async () => {
    const { creatorId } = await makeTenant(database);
    await tell(creatorId, 4);

    const report = await seal();
    const again = await seal();

    expect(report).toEqual({ creators: 1, events: 4, broken: 0 });
    expect(again).toEqual({ creators: 0, events: 0, broken: 0 });
  });

  test('leaves alone what could still be joined by a running transaction', async () => {
    const { creatorId } = await makeTenant(database);
    await tell(creatorId, 1);

    const report = await sealAuditTrails(seals, new Date());

    expect(report.events).toBe(0);
    await seal();
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
      'delete from audit_events',
      "update audit_events set actor = 'x'",
    ]) {
      await expect(attempt(statement)).rejects.toMatchObject({ code: '42501' });
    }
  });

  test('gets one seal from two runs at once', async () => {
    const { creatorId } = await makeTenant(database);
    await tell(creatorId, 5);

    const counts = await Promise.all([1, 2, 3].map(() => seals.seal(creatorId, new Date(Date.now() + 1))));

    expect(counts.filter((count) => count > 0)).toEqual([5]);
    expect(await seals.brokenSeals(creatorId, 24)).toEqual([]);
  });
});
