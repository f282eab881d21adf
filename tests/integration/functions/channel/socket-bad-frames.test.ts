import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ServerFrame } from '../../../../shared/lifecycles/conversation/frames.ts';
import { startChat } from '../../../support/channel-fixture.ts';
import { countCommands } from '../../../support/count-commands.ts';
import { errorCode, message, outcomesOf, useTestChannel } from '../../../support/use-test-channel.ts';

const channel = useTestChannel();

describe('a bad frame', () => {
  const HOSTILE: unknown[] = [
    '',
    ' ',
    'x',
    '{',
    'null',
    'true',
    '0',
    '"ping"',
    '[]',
    '[{"action":"ping"}]',
    '{}',
    '{"action":null}',
    '{"action":"PING"}',
    '{"action":"__proto__"}',
    '{"__proto__":{"action":"ping"}}',
    '{"action":"ping","extra":1}',
    '{"action":"$connect"}',
    '{"action":"$disconnect"}',
    { action: 'message' },
    { action: 'message', text: 'x' },
    { action: 'message', client_message_id: 'x', text: 'x' },
    { action: 'message', client_message_id: randomUUID(), text: '' },
    { action: 'message', client_message_id: randomUUID(), text: ' \n\t\u00a0' },
    { action: 'message', client_message_id: randomUUID(), text: 7 },
    { action: 'message', client_message_id: randomUUID(), text: { toString: 'x' } },
    { action: 'message', client_message_id: randomUUID(), text: 'a\u0000b' },
    `{"action":"message","client_message_id":"${randomUUID()}","text":"\\ud800"}`,
    { action: 'message', client_message_id: randomUUID(), text: 'x', conversation_id: randomUUID() },
    { action: 'resume' },
    { action: 'resume', after_seq: -1 },
    { action: 'resume', after_seq: 1.5 },
    { action: 'resume', after_seq: '1' },
    { action: 'resume', after_seq: null },
    '{"action":"resume","after_seq":1e400}',
    { action: 'cancel' },
    { action: 'cancel', turn_id: "' or 1=1 --" },
  ];

  test.each(HOSTILE)('%j is answered by an error of the envelope; the socket stays open', async (frame) => {
    const { connectionId } = await startChat(channel, channel.tenant.widgetId);

    await channel.send(connectionId, frame);
    await channel.send(connectionId, { action: 'ping' });

    const [error, pong] = channel.framesOf(connectionId);
    expect(errorCode(error)).toBe('VALIDATION_FAILED');
    expect(ServerFrame.safeParse(error).success).toBe(true);
    expect(pong).toEqual({ type: 'pong' });
  });

  test.each([
    ['too long', { text: 'x'.repeat(4_001) }],
    ['blank', { text: ' ' }],
    ['of what cannot be seen', { text: '\u200b\u2800' }],
    ['of what is no character', { text: 'a\u0000' }],
    ['no text', { text: 7 }],
    ['more than a message', { text: 'x', extra: 1 }],
  ])('that is %s names the message that it would have been', async (_, fault) => {
    const { connectionId } = await startChat(channel, channel.tenant.widgetId);
    const id = randomUUID();

    await channel.send(connectionId, { action: 'message', client_message_id: id.toUpperCase(), ...fault });

    expect(channel.framesOf(connectionId)).toMatchObject([
      { error: { code: 'VALIDATION_FAILED', details: { client_message_id: id, fields: [{}] } } },
    ]);
  });

  test('a binary frame likewise', async () => {
    const { connectionId } = await startChat(channel, channel.tenant.widgetId);

    await channel.send(connectionId, Buffer.from('{"action":"ping"}').toString('base64'), true);

    expect(channel.framesOf(connectionId).map(errorCode)).toEqual(['VALIDATION_FAILED']);
  });

  test('from a connection that nobody knows is told to come back, and closed', async () => {
    const { connectionId } = await startChat(channel, channel.tenant.widgetId);
    await channel.redis.del(`platform:socket:state:${connectionId}`);

    await channel.send(connectionId, message());

    expect(channel.framesOf(connectionId).map(errorCode)).toEqual(['AUTHENTICATION_REQUIRED']);
    expect(channel.isOpen(connectionId)).toBe(false);
  });
});

describe('a flood', () => {
  test('of bad frames is answered as such sixty times a minute, on all sockets of a visitor', async () => {
    const { connectionId } = await startChat(channel, channel.tenant.widgetId);

    await Promise.all(Array.from({ length: 100 }, () => channel.send(connectionId, '{')));
    await channel.send(connectionId, { action: 'ping' });

    const told = outcomesOf(channel, connectionId);
    expect(told.filter((code) => code === 'VALIDATION_FAILED')).toHaveLength(60);
    expect(told.filter((code) => code === 'RATE_LIMITED')).toHaveLength(40);
    expect(told.at(-1)).toBe('pong');
    expect(channel.isOpen(connectionId)).toBe(true);
  });

  test.each([
    ['bad', '['],
    ['good', { action: 'ping' }],
  ])('of %s frames on one socket asks Redis no more once it is beyond what anybody needs', async (_, frame) => {
    const { connectionId } = await startChat(channel, channel.tenant.widgetId);
    const commands = countCommands(channel.redis);

    await Promise.all(Array.from({ length: 400 }, () => channel.send(connectionId, frame)));

    expect(commands.get('zadd')).toBe(240); // One for each frame whose sender was looked up.
    const told = outcomesOf(channel, connectionId);
    expect([told.length, told.filter((code) => code === 'RATE_LIMITED').length]).toEqual([400, 340]);
    expect(channel.isOpen(connectionId)).toBe(true);
  });

  test('beyond that still names the message that is refused', async () => {
    const { connectionId } = await startChat(channel, channel.tenant.widgetId);
    await Promise.all(Array.from({ length: 240 }, () => channel.send(connectionId, { action: 'ping' })));
    const question = message();

    await channel.send(connectionId, question);

    expect(channel.framesOf(connectionId).at(-1)).toMatchObject({
      error: { code: 'RATE_LIMITED', details: { client_message_id: question.client_message_id } },
    });
  });

  test('of resumes is refused before the conversation is looked at', async () => {
    const { connectionId } = await startChat(channel, channel.tenant.widgetId);
    const commands = countCommands(channel.redis);

    await Promise.all(Array.from({ length: 50 }, () => channel.send(connectionId, { action: 'resume', after_seq: 0 })));

    // Each looks up its socket; those who are let in also the last number.
    expect(commands.get('get')).toBe(50 + 30);
  });
});
