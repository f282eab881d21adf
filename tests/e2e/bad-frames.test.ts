import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { ERROR_ENVELOPE } from '../support/error-envelope.ts';
import { type Creator, newCreator, rest } from '../support/rest-client.ts';
import { newVisitorSession, newWidget, PAGE_ORIGIN, reopenSocket, VisitorSocket } from '../support/visitor.ts';

/** What emulators of AWS do otherwise (docs/localstack.md) is shown on the local host alone. */
const testOnLocalHost = test.skipIf(inject('deployed'));

describe('bad input', () => {
  let creator: Creator;

  beforeAll(async () => {
    creator = await newCreator();
  });

  describe('on a socket is answered, and the socket stays open', () => {
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

  // API Gateway ends the connection before any code of ours is asked, and so does the local host.
  testOnLocalHost('of bytes closes the socket with 1003, and the conversation goes on on another one', async () => {
    const session = await newVisitorSession(await newWidget(creator));
    const socket = await VisitorSocket.open(session.socket);
    socket.ask('Is anybody there?');
    await socket.completed();

    socket.send(Buffer.from('{"action":"ping"}'));

    await expect.poll(() => socket.closeCode, { timeout: 10_000 }).toBe(1003);
    const again = await reopenSocket(session, 0);
    await again.completed();
    expect(again.frames).toEqual(socket.frames);
    again.close();
  });

  describe('of origins is denied by default', () => {
    test.each([
      'https://evil.example',
      'http://creator.example.org',
      `${PAGE_ORIGIN}:8443`,
      'null',
      `${PAGE_ORIGIN}.evil.example`,
    ])('%s gets no configuration and no session', async (origin) => {
      const widgetId = await newWidget(creator);

      const configuration = await rest('GET', `/v1/channel/widgets/${widgetId}`, { headers: { Origin: origin } });
      const session = await rest('POST', `/v1/channel/widgets/${widgetId}/sessions`, {
        headers: { Origin: origin },
        body: {},
      });

      expect([configuration.status, session.status]).toEqual([403, 403]);
      expect(configuration.headers.get('access-control-allow-origin')).toBeNull();
    });

    test('a ticket opens one socket, and only from its own origin', async () => {
      const session = await newVisitorSession(await newWidget(creator));
      const elsewhere = VisitorSocket.open(session.socket, 'https://evil.example');

      await expect(elsewhere).rejects.toThrow(/40[13]/);
      const again = await newVisitorSession(await newWidget(creator));
      const first = await VisitorSocket.open(again.socket);

      await expect(VisitorSocket.open(again.socket)).rejects.toThrow(inject('deployed') ? /40[13]/ : /401/);
      first.close();
    });
  });
});
