import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { ERROR_ENVELOPE } from '../support/error-envelope.ts';
import { type Creator, newCreator } from '../support/rest-client.ts';
import { testOnLocalHost } from '../support/test-on-local-host.ts';
import { newVisitorSession, newWidget, VisitorSocket } from '../support/visitor.ts';

describe('a bad frame', () => {
  let creator: Creator;

  beforeAll(async () => {
    creator = await newCreator();
  });

  describe('is answered, and the socket stays open', () => {
    test.each([
      ['no JSON', 'hello'],
      ['JSON of another kind', '[1,2,3]'],
      ['an unknown action', { action: 'explode' }],
      ['a message without an id', { action: 'message', text: 'hi' }],
      ['an empty message', { action: 'message', client_message_id: randomUUID(), text: '  ' }],
      [
        'a message of 4,001 characters',
        { action: 'message', client_message_id: randomUUID(), text: 'x'.repeat(4_001) },
      ],
      ['an unknown field', { action: 'ping', extra: true }],
    ])('%s', async (_, frame) => {
      const session = await newVisitorSession(await newWidget(creator));
      const socket = await VisitorSocket.open(session.socket);

      socket.send(frame);
      const error = await socket.next('an error', ({ type }) => type === 'error');
      socket.send({ action: 'ping' });
      await socket.next('a pong', ({ type }) => type === 'pong');

      expect(error).toMatchObject(ERROR_ENVELOPE);
      expect(error.error.code).toBe('VALIDATION_FAILED');
      socket.close();
    });

    testOnLocalHost('but a frame over 32 KB closes it with 1009', async () => {
      const session = await newVisitorSession(await newWidget(creator));
      const socket = await VisitorSocket.open(session.socket);

      socket.send({ action: 'message', client_message_id: randomUUID(), text: 'x'.repeat(33 * 1024) });

      await expect.poll(() => socket.closeCode, { timeout: 10_000 }).toBe(1009);
    });
  });

  // On AWS API Gateway itself ends the connection, with 1003.
  testOnLocalHost('of bytes is answered likewise, and the conversation goes on', async () => {
    const session = await newVisitorSession(await newWidget(creator));
    const socket = await VisitorSocket.open(session.socket);

    socket.send(Buffer.from('{"action":"ping"}'));
    const error = await socket.next('an error', ({ type }) => type === 'error');
    socket.ask('Is anybody there?');
    await socket.completed();

    expect(error.error.code).toBe('VALIDATION_FAILED');
    socket.close();
  });
});
