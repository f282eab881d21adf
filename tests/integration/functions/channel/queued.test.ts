import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPool } from '../../../../shared/database/pool.ts';
import { openTenantDatabase } from '../../../../shared/database/tenant-database.ts';
import { ServerFrame } from '../../../../shared/lifecycles/conversation/frames.ts';
import { claimTurn } from '../../../../shared/lifecycles/turn/claim-turn.ts';
import { openTestChannel, PAGE, startChat, type TestChannel } from '../../../support/channel-fixture.ts';
import { makeTenant } from '../../../support/tenant-fixture.ts';
import { type TestDatabase, testDatabase } from '../../../support/test-database.ts';

let database: TestDatabase;
let channel: TestChannel;
beforeAll(async () => {
  database = await testDatabase();
  channel = openTestChannel(database);
});
afterAll(async () => {
  await channel.close();
  await database.drop();
});

const message = (text = 'How?') => ({ action: 'message', client_message_id: randomUUID(), text });
const framesOf = (connectionId: string) => channel.framesOf(connectionId);
const tell = (connectionId: string) =>
  framesOf(connectionId).map(({ type, seq, position }) => [type, seq, ...(position === undefined ? [] : [position])]);
const turnIdsOf = (connectionId: string) =>
  framesOf(connectionId).flatMap(({ type, turn_id }) => (type === 'accepted' ? [turn_id as string] : []));

async function asEngine<T>(work: (tenants: ReturnType<typeof openTenantDatabase>) => Promise<T>): Promise<T> {
  const pool = openPool(database.urlFor('ai'), { maxConnections: 1 });
  try {
    return await work(openTenantDatabase(pool));
  } finally {
    await pool.end();
  }
}
const claim = (creatorId: string, turnId = '') =>
  asEngine((tenants) =>
    tenants.withTenant(creatorId, (db) =>
      claimTurn(db, { creatorId, turnId, workerId: randomUUID(), leaseMs: 30_000 }),
    ),
  );
/** As if they had been sent a while ago. */
const age = (creatorId: string) =>
  asEngine((tenants) =>
    tenants.withTenant(creatorId, (db) =>
      db.query("update turns set created_at = created_at - interval '5 seconds' where creator_id = $1", [creatorId]),
    ),
  );

test('a message behind another of its conversation is told its place, once, right after accepted', async () => {
  const { creatorId, widgetId } = await makeTenant(database, { origins: [PAGE] });
  const { connectionId } = await startChat(channel, widgetId);
  await channel.send(connectionId, message('One?'));
  await claim(creatorId, turnIdsOf(connectionId)[0]);
  const second = message('Two?');

  await channel.send(connectionId, second);
  await channel.send(connectionId, second);
  await channel.send(connectionId, message('Three?'));

  expect(tell(connectionId)).toEqual([
    ['accepted', 1],
    ['accepted', 2],
    ['queued', 3, 1],
    ['accepted', 2],
    ['accepted', 4],
    ['queued', 5, 2],
  ]);
  const queued = framesOf(connectionId)[2];
  expect(ServerFrame.safeParse(queued).success).toBe(true);
  expect(queued?.turn_id).toBe(turnIdsOf(connectionId)[1]);
});

test('questions of other visitors make a place only once they have really waited', async () => {
  const { creatorId, widgetId } = await makeTenant(database, { origins: [PAGE] });
  const chats = [];
  for (let n = 0; n < 5; n += 1) chats.push((await startChat(channel, widgetId)).connectionId);
  const [first = '', second = '', third = '', fourth = '', fifth = ''] = chats;
  await channel.send(first, message());
  await channel.send(second, message());
  await channel.send(third, message());

  await claim(creatorId, turnIdsOf(first)[0]);
  await age(creatorId);
  await channel.send(fourth, message());
  for (const connectionId of [second, third, fourth]) await claim(creatorId, turnIdsOf(connectionId)[0]);
  await channel.send(fifth, message());

  expect(tell(third)).toEqual([['accepted', 1]]);
  expect(tell(fourth)).toEqual([
    ['accepted', 1],
    ['queued', 2, 3],
  ]);
  expect(tell(fifth)).toEqual([['accepted', 1]]);
});

test('a place is not told any more once the answer has begun', async () => {
  const { creatorId, widgetId } = await makeTenant(database, { origins: [PAGE] });
  const { connectionId, session } = await startChat(channel, widgetId);
  await channel.send(connectionId, message());
  const turn_id = turnIdsOf(connectionId)[0] ?? '';
  const { stream } = channel.use;
  await stream.append(creatorId, session.conversation_id, { type: 'delta', turn_id, text: 'So' });

  await stream.append(creatorId, session.conversation_id, { type: 'queued', turn_id, position: 2 });

  expect(tell(connectionId)).toEqual([
    ['accepted', 1],
    ['delta', 2],
  ]);
});
