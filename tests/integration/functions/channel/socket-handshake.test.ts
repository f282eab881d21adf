import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { openTestChannel, PAGE, startChat, startSession } from '../../../support/channel-fixture.ts';
import { newTicket, useTestChannel } from '../../../support/use-test-channel.ts';

const channel = useTestChannel();

describe('the handshake', () => {
  test('a ticket opens one socket, once', async () => {
    const session = await startSession(channel, channel.tenant.widgetId);
    const { ticket } = session.socket;

    const attempts = await Promise.all(Array.from({ length: 10 }, () => channel.connect({ ticket, origin: PAGE })));

    expect(attempts.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(attempts.filter(({ status }) => status === 401)).toHaveLength(9);
    for (const { connectionId } of attempts) await channel.drop(connectionId);
  });

  test('no ticket, an invented one and a changed one are 401', async () => {
    const { socket } = await startSession(channel, channel.tenant.widgetId);
    const changed = (socket.ticket[0] === 'A' ? 'B' : 'A') + socket.ticket.slice(1);

    for (const ticket of [
      undefined,
      '',
      'x',
      '*',
      randomBytes(32).toString('base64url'),
      changed,
      `${socket.ticket}=`,
    ]) {
      expect((await channel.connect({ ticket, origin: PAGE })).status).toBe(401);
    }
  });

  test('another page is 403, and the ticket is used up by the attempt', async () => {
    const session = await startSession(channel, channel.tenant.widgetId);

    const elsewhere = await channel.connect({ ticket: session.socket.ticket, origin: 'https://evil.example' });
    const nowhere = await channel.connect({ ticket: await newTicket(channel, session) });
    const again = await channel.connect({ ticket: session.socket.ticket, origin: PAGE });

    expect([elsewhere.status, nowhere.status, again.status]).toEqual([403, 403, 401]);
  });

  test('the ticket of a conversation that was erased since is none any more', async () => {
    const { session_token: token, socket } = await startSession(channel, channel.tenant.widgetId);
    await channel.call('DELETE', '/v1/channel/conversation', { origin: PAGE, token });

    expect((await channel.connect({ ticket: socket.ticket, origin: PAGE })).status).toBe(401);
  });

  test.each([
    ['well formed is taken over', 'page.request-1', /^page\.request-1$/],
    ['anything else is replaced', 'a b', /^[0-9a-f-]{36}$/],
  ])('a refusal carries the id of the request: %s', async (_, given, expected) => {
    const { headers, body } = await channel.connect({ origin: PAGE, headers: { 'x-request-id': given } });

    expect(headers['X-Request-ID']).toMatch(expected);
    expect(JSON.parse(body ?? '')).toMatchObject({ error: { request_id: headers['X-Request-ID'] } });
  });

  test('a visitor has three sockets; one that vanished unreported gives its place back', async () => {
    const { session, connectionId, ip } = await startChat(channel, channel.tenant.widgetId);
    const connect = async () => channel.connect({ ticket: await newTicket(channel, session), origin: PAGE, ip });
    const [second, third, fourth] = [await connect(), await connect(), await connect()];
    await channel.drop(connectionId, false);
    const fifth = await connect();

    expect([second.status, third.status, fourth.status, fifth.status]).toEqual([200, 200, 429, 200]);
  });

  test('a visitor has three of many that come at once, and none of them is taken for gone', async () => {
    const session = await startSession(channel, channel.tenant.widgetId);
    const tickets = await Promise.all(Array.from({ length: 8 }, () => newTicket(channel, session)));

    const attempts = await Promise.all(tickets.map((ticket) => channel.connect({ ticket, origin: PAGE, ip: 'many' })));

    const letIn = attempts.filter(({ status }) => status === 200);
    const known = await Promise.all(letIn.map(({ connectionId }) => channel.use.connections.find(connectionId)));
    expect([letIn.length, known.filter(Boolean).length]).toEqual([3, 3]);
    for (const { connectionId } of attempts) await channel.drop(connectionId);
  });

  test('an address has twenty', async () => {
    const ip = randomUUID();
    const statuses: (number | undefined)[] = [];
    for (let n = 0; n < 21; n += 1) {
      const { socket } = await startSession(channel, channel.tenant.widgetId);
      statuses.push((await channel.connect({ ticket: socket.ticket, origin: PAGE, ip })).status);
    }

    expect(statuses.filter((status) => status === 200)).toHaveLength(20);
    expect(statuses.at(-1)).toBe(429);
  });

  test('with Redis away there is neither a ticket nor a session, but 503', async () => {
    const away = openTestChannel(channel.database, { redisUrl: 'redis://127.0.0.1:1' });

    const session = await away.call('POST', `/v1/channel/widgets/${channel.tenant.widgetId}/sessions`, {
      origin: PAGE,
      body: {},
    });
    const handshake = await away.connect({ ticket: randomBytes(32).toString('base64url'), origin: PAGE });

    expect([session.status, handshake.status]).toEqual([503, 503]);
    await away.close();
  });
});
