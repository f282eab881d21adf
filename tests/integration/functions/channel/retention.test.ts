import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { beforeAll, expect, test } from 'vitest';
import { findExpiredConversations } from '../../../../functions/channel/repositories/expired-conversations.ts';
import { expireConversations } from '../../../../functions/channel/use-cases/expire-conversations.ts';
import { sweepChannel } from '../../../../functions/channel/use-cases/sweep-channel.ts';
import { PAGE } from '../../../support/channel-fixture.ts';
import { makeTenant, type TenantFixture } from '../../../support/tenant-fixture.ts';
import { useTestChannel } from '../../../support/use-test-channel.ts';

const channel = useTestChannel();
let keeping: TenantFixture;
let forgetting: TenantFixture;

beforeAll(async () => {
  keeping = channel.tenant;
  forgetting = await makeTenant(channel.database, { origins: [PAGE] });
  const hub = new pg.Client({ connectionString: channel.database.urlFor('hub') });
  await hub.connect();
  await hub.query('begin');
  await hub.query('select app.enter_tenant($1)', [forgetting.creatorId]);
  await hub.query('insert into creator_settings (creator_id, retention_days) values ($1, 7)', [forgetting.creatorId]);
  await hub.query('commit');
  await hub.end();
});

/** A conversation with a message, in which nothing has happened for so many days. */
async function silentFor(tenant: TenantFixture, days: number): Promise<string> {
  const id = randomUUID();
  const { creatorId } = tenant;
  await channel.use.database.withTenant(creatorId, async (db) => {
    await db.query(
      `insert into conversations (creator_id, id, visitor_id, origin, created_at, updated_at)
       values ($1, $2, $3, 'https://a.example', now() - interval '400 days', now() - make_interval(days => $4))`,
      [creatorId, id, randomUUID(), days],
    );
    await db.query(
      `insert into messages (creator_id, id, conversation_id, role, text) values ($1, $2, $3, 'visitor', 'Hello?')`,
      [creatorId, randomUUID(), id],
    );
  });
  return id;
}

async function countsOf({ creatorId }: TenantFixture) {
  return channel.use.database.withTenant(creatorId, async (db) => {
    const ids = await db.query('select id from conversations where creator_id = $1 order by created_at', [creatorId]);
    const [said] = await db.query('select count(*)::int as n from messages where creator_id = $1', [creatorId]);
    const events = await db.query('select action, actor, subject_id from audit_events where creator_id = $1', [
      creatorId,
    ]);
    return { ids: ids.map(({ id }) => id), messages: said?.n, events };
  });
}

test('conversations that are older than their creator keeps them are erased with what was said, and no others', async () => {
  const [old, young] = [await silentFor(forgetting, 8), await silentFor(forgetting, 6)];
  const kept = await silentFor(keeping, 399);

  const report = await expireConversations(channel.use, findExpiredConversations(channel.pool));

  expect(report).toEqual({ expired: 1, failed: 0 });
  expect(await countsOf(forgetting)).toMatchObject({ ids: [young], messages: 1 });
  expect((await countsOf(forgetting)).events).toContainEqual({
    action: 'conversation.expired',
    actor: 'system:retention',
    subject_id: old,
  });
  expect((await countsOf(keeping)).ids).toEqual([kept]);
});

test('one that cannot be erased now does not keep the others, and comes again', async () => {
  const [first, second] = [await silentFor(forgetting, 30), await silentFor(forgetting, 20)];
  const forget = channel.use.stream.forget;
  const stream = {
    ...channel.use.stream,
    forget: async (creatorId: string, id: string) => {
      if (id === first) throw new Error('redis is away');
      return forget(creatorId, id);
    },
  };

  const report = await expireConversations({ ...channel.use, stream }, findExpiredConversations(channel.pool));

  expect(report).toEqual({ expired: 1, failed: 1 });
  expect((await countsOf(forgetting)).ids).not.toContain(second);
});

test('five hundred that fail each time keep no younger one', async () => {
  const failing = await makeTenant(channel.database, { origins: [PAGE] });
  const young = await silentFor(forgetting, 9);
  const { creatorId } = failing;
  const failingIds = Array.from({ length: 500 }, () => ({ creatorId, conversationId: randomUUID() }));
  const found = findExpiredConversations(channel.pool);
  const asked: number[] = [];
  const find: typeof found = async (limit, skipped) => {
    asked.push(skipped);
    return skipped < 500 ? failingIds.slice(skipped) : found(limit, skipped - 500);
  };
  const stream = {
    ...channel.use.stream,
    forget: async (owner: string, id: string) => {
      if (owner === creatorId) throw new Error('redis is away');
      return channel.use.stream.forget(owner, id);
    },
  };

  const report = await expireConversations({ ...channel.use, stream }, find);

  expect(report).toEqual({ expired: 1, failed: 500 });
  expect(asked).toEqual([0, 500]);
  expect((await countsOf(forgetting)).ids).not.toContain(young);
});

test('what is skipped is the oldest, and no two look-ups bring the same', async () => {
  const ids = [await silentFor(forgetting, 14), await silentFor(forgetting, 13), await silentFor(forgetting, 12)];
  const find = findExpiredConversations(channel.pool);

  const [all, rest, none] = [await find(500, 0), await find(500, 2), await find(500, 3)];

  expect(all.map(({ conversationId }) => conversationId)).toEqual(ids);
  expect(rest.map(({ conversationId }) => conversationId)).toEqual(ids.slice(2));
  expect(none).toEqual([]);
  await expireConversations(channel.use, find);
});

test('they are erased although the sockets could not be swept, and the run is told to have failed', async () => {
  const old = await silentFor(forgetting, 8);
  const connections = {
    ...channel.use.connections,
    silentSince: async () => {
      throw new Error('redis is away');
    },
  };

  const sweeping = sweepChannel({ ...channel.use, connections }, findExpiredConversations(channel.pool));

  await expect(sweeping).rejects.toThrow('the sweep was not whole');
  expect((await countsOf(forgetting)).ids).not.toContain(old);
});
