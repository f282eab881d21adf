import { randomBytes, randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { PAGE, startChat, startSession } from '../../support/channel-fixture.ts';
import { figure, tellFigure, WITHIN_MS } from '../../support/safety/figures.ts';
import { hostileOrigins } from '../../support/safety/hostile-origins.ts';
import { makeTenant } from '../../support/tenant-fixture.ts';
import { message, newTicket, outcomesOf, useTestChannel } from '../../support/use-test-channel.ts';

const FLOOD = figure(100, 1_000);
const FOREIGN = figure(5, 50);

const channel = useTestChannel();

test('A12: no origin but the widget’s own gets a session, a ticket or a socket', async () => {
  const origins = hostileOrigins(PAGE);
  const session = await startSession(channel, channel.tenant.widgetId);
  const token = session.session_token;

  let admitted = 0;
  for (const origin of origins) {
    const page = origin === undefined ? {} : { origin };
    const path = `/v1/channel/widgets/${channel.tenant.widgetId}/sessions`;
    const answers = [
      await channel.call('POST', path, { ...page, body: {}, ip: randomUUID() }),
      await channel.call('POST', '/v1/channel/tickets', { ...page, token }),
    ];
    const handshake = await channel.connect({ ...page, ticket: await newTicket(channel, session), ip: randomUUID() });
    admitted += [...answers, handshake].filter(({ status }) => status !== 403).length;
    admitted += answers.filter(({ headers }) => 'Access-Control-Allow-Origin' in headers).length;
  }
  const own = await channel.connect({ ticket: await newTicket(channel, session), origin: PAGE });

  tellFigure('A12', `${origins.length} origins at three doors`, '0 admitted', `${admitted} admitted`);
  expect([origins.length, admitted, own.status]).toEqual([30, 0, 200]);
});

test('A12: a ticket that was used, aged, changed or invented opens nothing', async () => {
  const { socket } = await startSession(channel, channel.tenant.widgetId);
  const first = await channel.connect({ ticket: socket.ticket, origin: PAGE, ip: randomUUID() });
  const { socket: aged } = await startSession(channel, channel.tenant.widgetId);
  for (const key of await channel.redis.keys('platform:ticket:*')) await channel.redis.pexpire(key, 1);
  await expect.poll(() => channel.redis.keys('platform:ticket:*')).toEqual([]);

  const tickets = [
    ...Array.from({ length: 20 }, () => socket.ticket),
    aged.ticket,
    ...Array.from({ length: 20 }, () => randomBytes(32).toString('base64url')),
    `${socket.ticket}A`,
    socket.ticket.toLowerCase(),
    '*',
    'platform:ticket:x',
  ];
  const attempts = await Promise.all(
    tickets.map((ticket) => channel.connect({ ticket, origin: PAGE, ip: randomUUID() })),
  );

  const admitted = attempts.filter(({ status }) => status !== 401).length;
  tellFigure('A12', `${tickets.length} replayed and false tickets`, '0 admitted', `${admitted} admitted`);
  expect([first.status, admitted]).toEqual([200, 0]);
});

test('A12: what is too large is refused, and nothing of it stored', async () => {
  const { connectionId, session } = await startChat(channel, channel.tenant.widgetId);
  const oversize = ['a'.repeat(4_001), '🦉'.repeat(4_001), `${' '.repeat(4_001)}a`, 'a\n'.repeat(15_000)];

  for (const text of oversize) await channel.send(connectionId, message(text));

  const { body } = await channel.call<{ data: unknown[] }>('GET', '/v1/channel/messages', {
    origin: PAGE,
    token: session.session_token,
  });
  tellFigure('A12', `${oversize.length} messages too large`, '0 admitted', `${body.data.length} admitted`);
  expect(outcomesOf(channel, connectionId)).toEqual(oversize.map(() => 'VALIDATION_FAILED'));
  expect(body.data).toEqual([]);
});

test(
  'A12: of a flood no more than a minute’s allowance is admitted, and the socket stays open',
  async () => {
    const { connectionId, session } = await startChat(channel, channel.tenant.widgetId);

    for (let sent = 0; sent < FLOOD; sent += 50) {
      await Promise.all(Array.from({ length: 50 }, (_, n) => channel.send(connectionId, message(`${sent + n}`))));
    }

    const beyond = outcomesOf(channel, connectionId).filter((code) => code === 'accepted').length - 20;
    tellFigure('A12', `${FLOOD} messages at once`, '0 beyond the limit', `${Math.max(0, beyond)} beyond the limit`);
    expect(beyond).toBe(0);
    expect(outcomesOf(channel, connectionId).filter((code) => code === 'RATE_LIMITED')).toHaveLength(FLOOD - 20);
    expect(channel.announced.filter((turn) => turn.conversation_id === session.conversation_id)).toHaveLength(20);
    expect(channel.isOpen(connectionId)).toBe(true);
  },
  WITHIN_MS,
);

test(
  'A12: nothing that one creator’s side says reaches the sockets of another’s',
  async () => {
    let reached = 0;
    for (let n = 0; n < FOREIGN; n += 1) {
      const other = await makeTenant(channel.database, { origins: [PAGE] });
      const victim = await startChat(channel, channel.tenant.widgetId);
      const attacker = await startChat(channel, other.widgetId);
      await channel.send(victim.connectionId, message('a secret'));
      await channel.send(attacker.connectionId, message());
      const { conversation_id } = victim.session;
      const turn_id = String(channel.framesOf(victim.connectionId)[0]?.turn_id);
      const before = [channel.framesOf(victim.connectionId).length, channel.framesOf(attacker.connectionId).length];
      const { stream } = channel.use;

      await stream.append(other.creatorId, conversation_id, { type: 'delta', turn_id, text: 'planted' });
      await stream.join(other.creatorId, conversation_id, attacker.connectionId, 0);
      await stream.forget(other.creatorId, conversation_id);
      await channel.send(attacker.connectionId, { action: 'cancel', turn_id });
      await channel.send(attacker.connectionId, { action: 'resume', after_seq: 0, conversation_id });

      const told = channel.framesOf(attacker.connectionId).slice(before[1]);
      reached += channel.framesOf(victim.connectionId).length - (before[0] ?? 0);
      reached += told.filter((frame) => JSON.stringify(frame).includes('secret') || frame.type === 'accepted').length;
      reached += (await channel.use.cancelSignal.raisedAmong(channel.tenant.creatorId, [turn_id])).length;
      await stream.append(channel.tenant.creatorId, conversation_id, { type: 'delta', turn_id, text: 'still here' });
      expect(channel.framesOf(victim.connectionId).at(-1)).toMatchObject({ type: 'delta', text: 'still here' });
      for (const { connectionId } of [victim, attacker]) await channel.drop(connectionId);
    }

    tellFigure('A12', `${FOREIGN} foreign connections, 5 ways each`, '0 reached', `${reached} reached`);
    expect(reached).toBe(0);
  },
  WITHIN_MS,
);
