import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as pass } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sweepSockets } from '../../../../functions/channel/use-cases/sweep-sockets.ts';
import { openPool } from '../../../../shared/database/pool.ts';
import { openTenantDatabase } from '../../../../shared/database/tenant-database.ts';
import { openConversationStream } from '../../../../shared/lifecycles/conversation/conversation-stream.ts';
import { ServerFrame } from '../../../../shared/lifecycles/conversation/frames.ts';
import {
  type OpenedSession,
  openTestChannel,
  PAGE,
  type ReceivedFrame,
  startChat,
  startSession,
  type TestChannel,
} from '../../../support/channel-fixture.ts';
import { makeTenant, type TenantFixture } from '../../../support/tenant-fixture.ts';
import { type TestDatabase, testDatabase } from '../../../support/test-database.ts';

let database: TestDatabase;
let channel: TestChannel;
let tenant: TenantFixture;

beforeAll(async () => {
  database = await testDatabase();
  channel = openTestChannel(database);
  tenant = await makeTenant(database, { origins: [PAGE] });
});
afterAll(async () => {
  await channel.close();
  await database.drop();
});

const message = (text = 'How?', clientMessageId: string = randomUUID()) => ({
  action: 'message',
  client_message_id: clientMessageId,
  text,
});
const errorCode = (frame: ReceivedFrame | undefined) => (frame?.error as { code: string } | undefined)?.code;
const newTicket = async (session: OpenedSession) => {
  const { body } = await channel.call<{ ticket: string }>('POST', '/v1/channel/tickets', {
    origin: PAGE,
    token: session.session_token,
  });
  return body.ticket;
};
const turnsOf = (conversationId: string) =>
  channel.announced.filter(({ conversation_id }) => conversation_id === conversationId);

async function allowAnswers({ creatorId }: TenantFixture, aDay: number): Promise<void> {
  const hub = openPool(database.urlFor('hub'));
  await openTenantDatabase(hub).withTenant(creatorId, (db) =>
    db.query('insert into creator_settings (creator_id, daily_spend_limit) values ($1, $2)', [creatorId, aDay]),
  );
  await hub.end();
}

describe('the handshake', () => {
  test('a ticket opens one socket, once', async () => {
    const session = await startSession(channel, tenant.widgetId);
    const { ticket } = session.socket;

    const attempts = await Promise.all(Array.from({ length: 10 }, () => channel.connect({ ticket, origin: PAGE })));

    expect(attempts.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(attempts.filter(({ status }) => status === 401)).toHaveLength(9);
    for (const { connectionId } of attempts) await channel.drop(connectionId);
  });

  test('no ticket, an invented one and a changed one are 401', async () => {
    const { socket } = await startSession(channel, tenant.widgetId);
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
    const session = await startSession(channel, tenant.widgetId);

    const elsewhere = await channel.connect({ ticket: session.socket.ticket, origin: 'https://evil.example' });
    const nowhere = await channel.connect({ ticket: await newTicket(session) });
    const again = await channel.connect({ ticket: session.socket.ticket, origin: PAGE });

    expect([elsewhere.status, nowhere.status, again.status]).toEqual([403, 403, 401]);
  });

  test('a visitor has three sockets; one that vanished unreported gives its place back', async () => {
    const { session, connectionId, ip } = await startChat(channel, tenant.widgetId);
    const connect = async () => channel.connect({ ticket: await newTicket(session), origin: PAGE, ip });
    const [second, third, fourth] = [await connect(), await connect(), await connect()];
    await channel.drop(connectionId, false);
    const fifth = await connect();

    expect([second.status, third.status, fourth.status, fifth.status]).toEqual([200, 200, 429, 200]);
  });

  test('an address has twenty', async () => {
    const ip = randomUUID();
    const statuses: (number | undefined)[] = [];
    for (let n = 0; n < 21; n += 1) {
      const { socket } = await startSession(channel, tenant.widgetId);
      statuses.push((await channel.connect({ ticket: socket.ticket, origin: PAGE, ip })).status);
    }

    expect(statuses.filter((status) => status === 200)).toHaveLength(20);
    expect(statuses.at(-1)).toBe(429);
  });

  test('with Redis away there is neither a ticket nor a session, but 503', async () => {
    const away = openTestChannel(database, { redisUrl: 'redis://127.0.0.1:1' });

    const session = await away.call('POST', `/v1/channel/widgets/${tenant.widgetId}/sessions`, {
      origin: PAGE,
      body: {},
    });
    const handshake = await away.connect({ ticket: randomBytes(32).toString('base64url'), origin: PAGE });

    expect([session.status, handshake.status]).toEqual([503, 503]);
    await away.close();
  });
});

describe('a message', () => {
  test('is stored, accepted with number 1 and handed to the engine', async () => {
    const { session, connectionId } = await startChat(channel, tenant.widgetId);
    const sent = message('How long?');

    await channel.send(connectionId, sent);

    const [accepted, ...more] = channel.framesOf(connectionId);
    expect(accepted).toMatchObject({ type: 'accepted', seq: 1, client_message_id: sent.client_message_id });
    expect(ServerFrame.safeParse(accepted).success).toBe(true);
    expect(more).toEqual([]);
    expect(turnsOf(session.conversation_id)).toMatchObject([
      { creator_id: tenant.creatorId, turn_id: accepted?.turn_id },
    ]);
    const history = await channel.call<{ data: unknown[]; last_seq: number }>('GET', '/v1/channel/messages', {
      origin: PAGE,
      token: session.session_token,
    });
    expect(history.body).toMatchObject({
      data: [{ id: accepted?.message_id, role: 'visitor', text: 'How long?' }],
      last_seq: 1,
    });
  });

  test('repeated, it is answered on its own socket by the first accepted, and by nothing else', async () => {
    const { session, connectionId, ip } = await startChat(channel, tenant.widgetId);
    const other = await channel.connect({ ticket: await newTicket(session), origin: PAGE, ip });
    const sent = message();
    await channel.send(connectionId, sent);
    await channel.send(other.connectionId, { action: 'resume', after_seq: 1 });

    await Promise.all(Array.from({ length: 5 }, () => channel.send(connectionId, sent)));
    await channel.send(other.connectionId, message('Another?', sent.client_message_id));

    const frames = channel.framesOf(connectionId);
    expect(frames).toHaveLength(6);
    expect(new Set(frames.map((frame) => JSON.stringify(Object.entries(frame).sort()))).size).toBe(1);
    expect(channel.framesOf(other.connectionId).map(errorCode)).toEqual(['CONFLICT']);
    expect(turnsOf(session.conversation_id)).toHaveLength(1);
  });

  test('sent at once over two sockets, it is one turn and one number', async () => {
    const own = await makeTenant(database, { origins: [PAGE] });
    const { session, connectionId, ip } = await startChat(channel, own.widgetId);
    const other = await channel.connect({ ticket: await newTicket(session), origin: PAGE, ip });
    const sent = message();

    await Promise.all([connectionId, other.connectionId].map((id) => channel.send(id, sent)));

    const frames = [...channel.framesOf(connectionId), ...channel.framesOf(other.connectionId)];
    expect(new Set(frames.map(({ seq, turn_id }) => `${seq} ${turn_id}`)).size).toBe(1);
    expect(channel.framesOf(connectionId).length).toBeGreaterThan(0);
    expect(channel.framesOf(other.connectionId).length).toBeGreaterThan(0);
  });

  test('a visitor who floods is stopped at 20 a minute, without cost to the other visitors of the widget', async () => {
    const own = await makeTenant(database, { origins: [PAGE] });
    const flooding = await startChat(channel, own.widgetId);
    await Promise.all(Array.from({ length: 200 }, (_, n) => channel.send(flooding.connectionId, message(`${n}`))));
    const quiet = await startChat(channel, own.widgetId);
    await channel.send(quiet.connectionId, message());

    const frames = channel.framesOf(flooding.connectionId);
    expect(frames.filter(({ type }) => type === 'accepted')).toHaveLength(20);
    expect(frames.filter((frame) => errorCode(frame) === 'RATE_LIMITED')).toHaveLength(180);
    expect(channel.framesOf(quiet.connectionId)[0]?.type).toBe('accepted');
    expect(channel.isOpen(flooding.connectionId)).toBe(true);
  });

  test('beyond what the creator spends in a day is refused, and its repeat with it', async () => {
    const thrifty = await makeTenant(database, { origins: [PAGE] });
    await allowAnswers(thrifty, 1);
    const { session, connectionId } = await startChat(channel, thrifty.widgetId);
    const [first, second] = [message('One?'), message('Two?')];

    for (const sent of [first, second, first, second]) await channel.send(connectionId, sent);

    const outcome = channel.framesOf(connectionId).map((frame) => errorCode(frame) ?? frame.type);
    expect(outcome).toEqual(['accepted', 'SPEND_LIMIT_REACHED', 'accepted', 'SPEND_LIMIT_REACHED']);
    expect(turnsOf(session.conversation_id)).toHaveLength(1);
  });

  test('4,000 characters are taken, also of emoji; 4,001 are not', async () => {
    const { connectionId } = await startChat(channel, tenant.widgetId);

    await channel.send(connectionId, message('a'.repeat(4_000)));
    await channel.send(connectionId, message('🦉'.repeat(4_000)));
    await channel.send(connectionId, message('🦉'.repeat(4_001)));
    await channel.send(connectionId, message('a'.repeat(4_001)));

    const outcome = channel.framesOf(connectionId).map((frame) => errorCode(frame) ?? frame.type);
    expect(outcome.filter((each) => each !== 'queued')).toEqual([
      'accepted',
      'accepted',
      'VALIDATION_FAILED',
      'VALIDATION_FAILED',
    ]);
  });
});

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
    const { connectionId } = await startChat(channel, tenant.widgetId);

    await channel.send(connectionId, frame);
    await channel.send(connectionId, { action: 'ping' });

    const [error, pong] = channel.framesOf(connectionId);
    expect(errorCode(error)).toBe('VALIDATION_FAILED');
    expect(ServerFrame.safeParse(error).success).toBe(true);
    expect(pong).toEqual({ type: 'pong' });
  });

  test('a binary frame likewise', async () => {
    const { connectionId } = await startChat(channel, tenant.widgetId);

    await channel.send(connectionId, Buffer.from('{"action":"ping"}').toString('base64'), true);

    expect(channel.framesOf(connectionId).map(errorCode)).toEqual(['VALIDATION_FAILED']);
  });

  test('from a connection that nobody knows is told to come back, and closed', async () => {
    const { connectionId } = await startChat(channel, tenant.widgetId);
    await channel.redis.del(`platform:socket:state:${connectionId}`);

    await channel.send(connectionId, message());

    expect(channel.framesOf(connectionId).map(errorCode)).toEqual(['AUTHENTICATION_REQUIRED']);
    expect(channel.isOpen(connectionId)).toBe(false);
  });
});

describe('cancelling', () => {
  test('reaches the open turn of this conversation, and no other', async () => {
    const own = await makeTenant(database, { origins: [PAGE] });
    const { session, connectionId } = await startChat(channel, own.widgetId);
    const stranger = await startChat(channel, own.widgetId);
    await channel.send(connectionId, message());
    const turnId = turnsOf(session.conversation_id)[0]?.turn_id ?? '';

    await channel.send(stranger.connectionId, { action: 'cancel', turn_id: turnId });
    const before = await channel.use.cancelSignal.isRaised(own.creatorId, turnId);
    await channel.send(connectionId, { action: 'cancel', turn_id: turnId });

    expect(channel.framesOf(stranger.connectionId).map(errorCode)).toEqual(['NOT_FOUND']);
    expect([before, await channel.use.cancelSignal.isRaised(own.creatorId, turnId)]).toEqual([false, true]);
    expect(channel.framesOf(connectionId)).toHaveLength(1);
  });
});

describe('coming back', () => {
  test('twenty drops during one answer, with messages between, lose and double no frame', async () => {
    const { session, connectionId: first, ip } = await startChat(channel, tenant.widgetId);
    const engine = openConversationStream({
      redis: channel.redis,
      post: channel.use.outlet.post,
      readLastSeq: async () => 0,
    });
    await channel.send(first, message());
    const turnId = turnsOf(session.conversation_id)[0]?.turn_id ?? '';
    const words = Array.from({ length: 300 }, (_, index) => `w${index} `);
    const writing = (async () => {
      const writer = engine.deltaWriter(tenant.creatorId, session.conversation_id, turnId);
      for (const word of words) {
        writer.write(word);
        await pass(6);
      }
      await writer.flush();
    })();

    const seen = [...channel.framesOf(first)];
    await channel.drop(first);
    for (let round = 0; round < 20; round += 1) {
      const { connectionId } = await channel.connect({ ticket: await newTicket(session), origin: PAGE, ip });
      await channel.send(connectionId, { action: 'resume', after_seq: seen.at(-1)?.seq ?? 0 });
      if (round % 7 === 3) await channel.send(connectionId, message(`And ${round}?`));
      await pass(20 + Math.random() * 60);
      await channel.drop(connectionId, round % 2 === 0);
      seen.push(...channel.framesOf(connectionId));
    }
    await writing;
    const { connectionId: last } = await channel.connect({ ticket: await newTicket(session), origin: PAGE, ip });
    await channel.send(last, { action: 'resume', after_seq: seen.at(-1)?.seq ?? 0 });
    seen.push(...channel.framesOf(last));

    expect(seen.map(({ seq }) => seq)).toEqual(seen.map((_, index) => index + 1));
    const text = seen.filter(({ type }) => type === 'delta').map((frame) => frame.text);
    expect(text.join('')).toBe(words.join(''));
    expect(seen.filter(({ type }) => type === 'accepted')).toHaveLength(4);
  });

  test('a place that is unknown is answered by reset, and the socket is live', async () => {
    const own = await makeTenant(database, { origins: [PAGE] });
    const { connectionId } = await startChat(channel, own.widgetId);

    await channel.send(connectionId, { action: 'resume', after_seq: 99 });
    await channel.send(connectionId, message());

    expect(channel.framesOf(connectionId)).toMatchObject([
      { type: 'reset', last_seq: 0 },
      { type: 'accepted', seq: 1 },
    ]);
  });
});

describe('leaving', () => {
  test('erasing the conversation tells its sockets and closes them', async () => {
    const { session, connectionId } = await startChat(channel, tenant.widgetId);
    await channel.send(connectionId, message());

    await channel.call('DELETE', '/v1/channel/conversation', { origin: PAGE, token: session.session_token });

    expect(channel.framesOf(connectionId).at(-1)).toEqual({ type: 'closing', reason: 'conversation_erased' });
    expect(channel.isOpen(connectionId)).toBe(false);
  });

  test('the sweep forgets sockets that vanished unreported, and keeps the silent ones that are open', async () => {
    const gone = await startChat(channel, tenant.widgetId);
    const silent = await startChat(channel, tenant.widgetId);
    await channel.send(gone.connectionId, { action: 'resume', after_seq: 0 });
    await channel.drop(gone.connectionId, false);
    // Other tests' sockets are swept along: nobody talks on them any more.
    const later = new Date(Date.now() + 12 * 60_000);

    await sweepSockets(channel.use, later);

    const known = (connectionId: string) => channel.redis.exists(`platform:socket:state:${connectionId}`);
    expect([await known(gone.connectionId), await known(silent.connectionId)]).toEqual([0, 1]);
    const cursors = `creator:{${tenant.creatorId}}:conversation:${gone.session.conversation_id}:cursors`;
    expect(await channel.redis.hexists(cursors, gone.connectionId)).toBe(0);
  });
});
