import { describe, expect, test } from 'vitest';
import { openPool } from '../../../../shared/database/pool.ts';
import { openTenantDatabase } from '../../../../shared/database/tenant-database.ts';
import { ServerFrame } from '../../../../shared/lifecycles/conversation/frames.ts';
import { PAGE, startChat } from '../../../support/channel-fixture.ts';
import { makeTenant, type TenantFixture } from '../../../support/tenant-fixture.ts';
import {
  errorCode,
  message,
  newTicket,
  outcomesOf,
  turnsOf,
  useTestChannel,
} from '../../../support/use-test-channel.ts';

const channel = useTestChannel();

describe('a message', () => {
  test('is stored, accepted with number 1 and handed to the engine', async () => {
    const { session, connectionId } = await startChat(channel, channel.tenant.widgetId);
    const sent = message('How long?');

    await channel.send(connectionId, sent);

    const [accepted, ...more] = channel.framesOf(connectionId);
    expect(accepted).toMatchObject({ type: 'accepted', seq: 1, client_message_id: sent.client_message_id });
    expect(ServerFrame.safeParse(accepted).success).toBe(true);
    expect(more).toEqual([]);
    expect(turnsOf(channel, session.conversation_id)).toMatchObject([
      { creator_id: channel.tenant.creatorId, turn_id: accepted?.turn_id },
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
    const { session, connectionId, ip } = await startChat(channel, channel.tenant.widgetId);
    const other = await channel.connect({ ticket: await newTicket(channel, session), origin: PAGE, ip });
    const sent = message();
    await channel.send(connectionId, sent);
    await channel.send(other.connectionId, { action: 'resume', after_seq: 1 });

    await Promise.all(Array.from({ length: 5 }, () => channel.send(connectionId, sent)));
    await channel.send(other.connectionId, message('Another?', sent.client_message_id));

    const frames = channel.framesOf(connectionId);
    expect(frames).toHaveLength(6);
    expect(new Set(frames.map((frame) => JSON.stringify(Object.entries(frame).sort()))).size).toBe(1);
    expect(channel.framesOf(other.connectionId).map(errorCode)).toEqual(['CONFLICT']);
    expect(turnsOf(channel, session.conversation_id)).toHaveLength(1);
  });

  test('sent at once over two sockets, it is one turn and one number', async () => {
    const own = await makeTenant(channel.database, { origins: [PAGE] });
    const { session, connectionId, ip } = await startChat(channel, own.widgetId);
    const other = await channel.connect({ ticket: await newTicket(channel, session), origin: PAGE, ip });
    const sent = message();

    await Promise.all([connectionId, other.connectionId].map((id) => channel.send(id, sent)));

    const frames = [...channel.framesOf(connectionId), ...channel.framesOf(other.connectionId)];
    expect(new Set(frames.map(({ seq, turn_id }) => `${seq} ${turn_id}`)).size).toBe(1);
    expect(channel.framesOf(connectionId).length).toBeGreaterThan(0);
    expect(channel.framesOf(other.connectionId).length).toBeGreaterThan(0);
  });

  test('a visitor who floods is stopped at 20 a minute, without cost to the other visitors of the widget', async () => {
    const own = await makeTenant(channel.database, { origins: [PAGE] });
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
    const thrifty = await makeTenant(channel.database, { origins: [PAGE] });
    await allowAnswers(thrifty, 1);
    const { session, connectionId } = await startChat(channel, thrifty.widgetId);
    const [first, second] = [message('One?'), message('Two?')];

    for (const sent of [first, second, first, second]) await channel.send(connectionId, sent);

    const outcome = outcomesOf(channel, connectionId);
    expect(outcome).toEqual(['accepted', 'SPEND_LIMIT_REACHED', 'accepted', 'SPEND_LIMIT_REACHED']);
    expect(turnsOf(channel, session.conversation_id)).toHaveLength(1);
  });

  test('of questions that come at once, no more are taken than the creator spends in a day', async () => {
    const thrifty = await makeTenant(channel.database, { origins: [PAGE] });
    await allowAnswers(thrifty, 2);
    const chats = await Promise.all(Array.from({ length: 10 }, () => startChat(channel, thrifty.widgetId)));

    await Promise.all(chats.map(({ connectionId }) => channel.send(connectionId, message('How much?'))));

    const outcome = chats.map(({ connectionId }) => outcomesOf(channel, connectionId)[0] ?? '');
    expect(outcome.toSorted()).toEqual([...Array(8).fill('SPEND_LIMIT_REACHED'), ...Array(2).fill('accepted')]);
  });

  test('4,000 characters are taken, also of emoji; 4,001 are not', async () => {
    const { connectionId } = await startChat(channel, channel.tenant.widgetId);

    await channel.send(connectionId, message('a'.repeat(4_000)));
    await channel.send(connectionId, message('🦉'.repeat(4_000)));
    await channel.send(connectionId, message('🦉'.repeat(4_001)));
    await channel.send(connectionId, message('a'.repeat(4_001)));

    const outcome = outcomesOf(channel, connectionId);
    expect(outcome.filter((each) => each !== 'queued')).toEqual([
      'accepted',
      'accepted',
      'VALIDATION_FAILED',
      'VALIDATION_FAILED',
    ]);
  });
});

async function allowAnswers({ creatorId }: TenantFixture, aDay: number): Promise<void> {
  const hub = openPool(channel.database.urlFor('hub'));
  await openTenantDatabase(hub).withTenant(creatorId, (db) =>
    db.query('insert into creator_settings (creator_id, daily_spend_limit) values ($1, $2)', [creatorId, aDay]),
  );
  await hub.end();
}
