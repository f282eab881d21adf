import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ServerFrame } from '../../../../shared/lifecycles/conversation/frames.ts';
import { startChat } from '../../../support/channel-fixture.ts';
import { errorCode, message, useTestChannel } from '../../../support/use-test-channel.ts';

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
    { action: 'resume', after_seq: 2 ** 60 },
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
