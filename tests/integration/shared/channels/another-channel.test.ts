import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { handleCommand } from '../../../../functions/channel/use-cases/handle-command.ts';
import { openOutlet } from '../../../../shared/channels/outlet.ts';
import { openConversationStream } from '../../../../shared/lifecycles/conversation/conversation-stream.ts';
import { openTestChannel, PAGE, startChat, startSession, type TestChannel } from '../../../support/channel-fixture.ts';
import { makeTenant } from '../../../support/tenant-fixture.ts';
import { type TestDatabase, testDatabase } from '../../../support/test-database.ts';
import { openTextMessages } from '../../../support/text-messages/text-messages.ts';

// The channel under test lives in tests/support/text-messages/: whatever else it needs would have to change elsewhere.
const phones = openTextMessages();
let database: TestDatabase;
let channel: TestChannel;
beforeAll(async () => {
  database = await testDatabase();
  channel = openTestChannel(database, { adapters: [phones.adapter] });
});
afterAll(async () => {
  await channel.close();
  await database.drop();
});

/** What the entry of such a channel does: finds out whose conversation it is, and hands on what came in. */
async function startPhone() {
  const { creatorId, widgetId } = await makeTenant(database, { origins: [PAGE] });
  const session = await startSession(channel, widgetId);
  const connection = {
    connectionId: `phone:${randomUUID()}`,
    sourceIp: randomUUID(),
    visitor: await channel.use.tokens.verify(session.session_token),
  };
  phones.pickUp(connection.connectionId);
  await channel.use.connections.enter(connection);
  const text = (body: string, id: string = randomUUID()) =>
    handleCommand(channel.use, connection, phones.adapter.read({ id, body }), async (frame) => {
      await channel.use.outlet.post(connection.connectionId, frame);
    });
  return { creatorId, widgetId, session, text, connectionId: connection.connectionId };
}

const turnsOf = (conversationId: string) =>
  channel.announced.flatMap(({ conversation_id, turn_id }) => (conversation_id === conversationId ? [turn_id] : []));

/** As the engine writes: another process, which knows the channels by their outlet alone. */
async function answer(creatorId: string, conversationId: string, text: string): Promise<void> {
  const engine = openConversationStream({ redis: channel.redis, post: openOutlet([phones.adapter]).post });
  const turn_id = turnsOf(conversationId).at(-1) ?? '';
  const writer = engine.deltaWriter(creatorId, conversationId, turn_id);
  for (const word of text.split(/(?<= )/)) writer.write(word);
  await writer.flush();
  const citation = { n: 1, document_id: randomUUID(), chunk_id: randomUUID(), title: 'Bread', url: null, page: null };
  await engine.append(creatorId, conversationId, {
    type: 'citations',
    turn_id,
    citations: [{ ...citation, snippet: text }],
  });
  const ended = { turn_id, message_id: randomUUID(), refused: false, finish_reason: 'stop' as const, text };
  await engine.append(creatorId, conversationId, { type: 'completed', ...ended });
}

test('a channel that only knows whole texts asks, is answered, and repeats itself without harm', async () => {
  const { creatorId, session, text, connectionId } = await startPhone();
  const id = randomUUID();

  await text('How often?', id);
  await text('How often?', id);
  await answer(creatorId, session.conversation_id, 'Twice a day.');

  expect(phones.inboxOf(connectionId)).toEqual(['Twice a day. (Bread)']);
  expect(turnsOf(session.conversation_id)).toHaveLength(1);
});

test('its visitor cancels by a word of its own', async () => {
  const { creatorId, session, text } = await startPhone();
  await text('How often?');

  await text('STOP');

  const [turnId = ''] = turnsOf(session.conversation_id);
  expect(await channel.use.cancelSignal.raisedAmong(creatorId, [turnId])).toEqual([turnId]);
});

test('an erased conversation says goodbye in its way, beside a widget that hears of nothing', async () => {
  const { widgetId, session, text, connectionId } = await startPhone();
  const widget = await startChat(channel, widgetId);
  await text('How often?');

  await channel.call('DELETE', '/v1/channel/conversation', { origin: PAGE, token: session.session_token });

  expect(phones.inboxOf(connectionId)).toEqual(['Goodbye.']);
  expect(await channel.use.outlet.isOpen(connectionId)).toBe(false);
  expect(channel.framesOf(widget.connectionId)).toEqual([]);
});

test('nobody is behind the name of a channel that does not exist, and no two channels share one', async () => {
  const outlet = openOutlet([phones.adapter]);

  const posted = await outlet.post(`pigeon:${randomUUID()}`, { type: 'pong' });

  expect([posted, await outlet.isOpen('pigeon:1')]).toEqual(['gone', false]);
  expect(() => openOutlet([phones.adapter, phones.adapter])).toThrow('two channels have one name');
});
