import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type GenerateDependencies, generateTurn } from '../../../../functions/ai/use-cases/answer/generate-turn.ts';
import { openPool } from '../../../../shared/database/pool.ts';
import { openTenantDatabase, type TenantDatabase } from '../../../../shared/database/tenant-database.ts';
import { readLostRight } from '../../../../shared/lifecycles/conversation/page-right.ts';
import { openTestChannel, PAGE, startChat, type TestChannel } from '../../../support/channel-fixture.ts';
import { makeTenant } from '../../../support/tenant-fixture.ts';
import { type TestDatabase, testDatabase } from '../../../support/test-database.ts';
import { testEngine } from '../../../support/test-engine.ts';
import { until } from '../../../support/until.ts';

let database: TestDatabase;
let channel: TestChannel;
let pools: ReturnType<typeof openPool>[];
let engine: TenantDatabase;
let hub: TenantDatabase;
beforeAll(async () => {
  database = await testDatabase();
  channel = openTestChannel(database);
  const open = (service: 'ai' | 'hub') => openPool(database.urlFor(service), { maxConnections: 2 });
  const [asAi, asHub] = [open('ai'), open('hub')];
  pools = [asAi, asHub];
  engine = openTenantDatabase(asAi);
  hub = openTenantDatabase(asHub);
});
afterAll(async () => {
  await channel?.close();
  await Promise.all((pools ?? []).map((pool) => pool.end()));
  await database?.drop();
});

/** The model goes on for ever, a word at a time, until it is stopped. */
const endlessAnswer: GenerateDependencies['answer'] = async ({ onText, signal }) => {
  for (;;) {
    onText('on and ');
    await pause(5);
    signal.throwIfAborted();
  }
};

const LOSSES = [
  {
    how: 'whose page is taken off the list',
    change: `allowed_origins = '{https://other.example}'`,
    reason: 'origin_not_allowed',
  },
  { how: 'whose list is emptied', change: `allowed_origins = '{}'`, reason: 'origin_not_allowed' },
  { how: 'whose widget is switched off', change: 'enabled = false', reason: 'widget_switched_off' },
  { how: 'whose widget is deleted', change: undefined, reason: 'conversation_gone' },
];

test.each(LOSSES)('an answer $how stops, and its sockets are told and closed', async ({ change, reason }) => {
  const { creatorId, widgetId } = await makeTenant(database, { origins: [PAGE] });
  const { connectionId } = await startChat(channel, widgetId);
  const asked = { action: 'message', client_message_id: randomUUID(), text: 'How long?' };
  const turn = await until('the question to be accepted', async () => {
    await channel.send(connectionId, asked);
    return channel.announced.find((each) => each.creator_id === creatorId);
  });
  const readTurn = async () => {
    const rows = await engine.readAsTenant(creatorId, (db) =>
      db.query('select status, error_code from turns where creator_id = $1 and id = $2', [creatorId, turn.turn_id]),
    );
    return rows[0];
  };
  // A delivery that meets a hiccup gives the turn back, as it would to the queue.
  const answering = until('the turn to end', async () => {
    await generateTurn(testEngine(channel, engine, endlessAnswer), { kind: 'turn', ...turn });
    return (await readTurn())?.status !== 'open';
  });
  const typesOf = () => channel.framesOf(connectionId).map(({ type }) => type);
  await until('the answer to run', () => typesOf().filter((type) => type === 'delta').length > 2);

  await hub.withTenant(creatorId, (db) =>
    db.query(
      change
        ? `update widgets set ${change} where creator_id = $1 and id = $2`
        : 'delete from widgets where creator_id = $1 and id = $2',
      [creatorId, widgetId],
    ),
  );
  await answering;

  expect(channel.framesOf(connectionId).at(-1)).toEqual({ type: 'closing', reason });
  expect(typesOf()).not.toContain('completed');
  expect(channel.isOpen(connectionId)).toBe(false);
  const code = reason === 'origin_not_allowed' ? 'ORIGIN_NOT_ALLOWED' : 'PERMISSION_DENIED';
  expect(await readTurn()).toEqual({ status: 'failed', error_code: code });
});

test('a question that waited while its page lost the right is answered by no model', async () => {
  const { creatorId, widgetId } = await makeTenant(database, { origins: [PAGE] });
  const { connectionId } = await startChat(channel, widgetId);
  await channel.send(connectionId, { action: 'message', client_message_id: randomUUID(), text: 'How long?' });
  const turn = await until('the question to be announced', async () =>
    channel.announced.find((each) => each.creator_id === creatorId),
  );
  await hub.withTenant(creatorId, (db) =>
    db.query('update widgets set enabled = false where creator_id = $1 and id = $2', [creatorId, widgetId]),
  );
  let asked = 0;
  const answer: GenerateDependencies['answer'] = async () => {
    asked += 1;
    throw new Error('nobody should be asked');
  };

  await generateTurn(testEngine(channel, engine, answer), { kind: 'turn', ...turn });

  expect(asked).toBe(0);
  expect(channel.framesOf(connectionId).at(-1)).toEqual({ type: 'closing', reason: 'widget_switched_off' });
  const [row] = await engine.readAsTenant(creatorId, (db) =>
    db.query('select status, error_code from turns where creator_id = $1 and id = $2', [creatorId, turn.turn_id]),
  );
  expect(row).toEqual({ status: 'failed', error_code: 'PERMISSION_DENIED' });
});

test('a change that leaves the page its right disturbs no answer', async () => {
  const { creatorId, widgetId } = await makeTenant(database, { origins: [PAGE] });
  const { session } = await startChat(channel, widgetId);
  const key = { creatorId, conversationId: session.conversation_id };

  await hub.withTenant(creatorId, (db) =>
    db.query('update widgets set allowed_origins = allowed_origins || $3::text where creator_id = $1 and id = $2', [
      creatorId,
      widgetId,
      'https://more.example',
    ]),
  );

  expect(await engine.readAsTenant(creatorId, (db) => readLostRight(db, key))).toBeUndefined();
});
