import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { PAGE, startSession } from '../../../support/channel-fixture.ts';
import { useTestChannel } from '../../../support/use-test-channel.ts';

const channel = useTestChannel();

const widgetPath = () => `/v1/channel/widgets/${channel.tenant.widgetId}`;

describe('a conversation', () => {
  test("is read by its visitor alone, and another one's messages cannot be rated", async () => {
    const one = await startSession(channel, channel.tenant.widgetId);
    const two = await startSession(channel, channel.tenant.widgetId);
    const messageId = await say(one.conversation_id, 'The answer');

    const own = await channel.call<{ data: { text: string; feedback: unknown }[] }>('GET', '/v1/channel/messages', {
      origin: PAGE,
      token: one.session_token,
    });
    const others = await channel.call<{ data: unknown[] }>('GET', '/v1/channel/messages', {
      origin: PAGE,
      token: two.session_token,
    });
    const rate = (token: string, id: string, body: unknown = { rating: 'up', comment: 'Good' }) =>
      channel.call('PUT', `/v1/channel/messages/${id}/feedback`, { origin: PAGE, token, body });
    const [mine, foreign, unknown, bad] = [
      await rate(one.session_token, messageId),
      await rate(two.session_token, messageId),
      await rate(one.session_token, randomUUID()),
      await rate(one.session_token, messageId, { rating: 'maybe' }),
    ];

    expect(own.body.data).toMatchObject([{ text: 'The answer', feedback: null }]);
    expect(others.body.data).toEqual([]);
    expect([mine.status, foreign.status, unknown.status, bad.status]).toEqual([204, 404, 404, 400]);
    const rated = await channel.call<{ data: unknown[] }>('GET', '/v1/channel/messages', {
      origin: PAGE,
      token: one.session_token,
    });
    expect(rated.body.data).toMatchObject([{ feedback: 'up' }]);
  });

  test('pages run oldest first without a gap', async () => {
    const session = await startSession(channel, channel.tenant.widgetId);
    for (let n = 0; n < 5; n += 1) await say(session.conversation_id, `m${n}`);

    const texts: string[] = [];
    let cursor: string | null = null;
    do {
      const query: string = cursor ? `&cursor=${encodeURIComponent(cursor)}` : '';
      const page: { body: { data: { text: string }[]; next_cursor: string | null } } = await channel.call(
        'GET',
        `/v1/channel/messages?limit=2${query}`,
        { origin: PAGE, token: session.session_token },
      );
      texts.push(...page.body.data.map(({ text }) => text));
      cursor = page.body.next_cursor;
    } while (cursor);

    expect(texts).toEqual(['m0', 'm1', 'm2', 'm3', 'm4']);
  });

  test('erasing it leaves nothing in Postgres and Redis, writes an audit event, and is not found again', async () => {
    const session = await startSession(channel, channel.tenant.widgetId);
    await say(session.conversation_id, 'planted-word');
    await channel.use.stream.append(channel.tenant.creatorId, session.conversation_id, {
      type: 'delta',
      turn_id: randomUUID(),
      text: 'planted-word',
    });
    const erase = () =>
      channel.call('DELETE', '/v1/channel/conversation', { origin: PAGE, token: session.session_token });

    const [first, second] = [await erase(), await erase()];
    const read = await channel.call('GET', '/v1/channel/messages', { origin: PAGE, token: session.session_token });
    const ticket = await channel.call('POST', '/v1/channel/tickets', { origin: PAGE, token: session.session_token });
    const next = await channel.call('POST', `${widgetPath()}/sessions`, {
      origin: PAGE,
      body: { session_token: session.session_token },
    });

    expect([first.status, first.body, second.status]).toEqual([202, { status: 'accepted' }, 404]);
    expect([read.status, ticket.status, next.status]).toEqual([404, 404, 201]);
    expect(next.body.conversation_id).not.toBe(session.conversation_id);
    const left = await channel.redis.exists(
      ...['frames', 'seq', 'cursors', 'pumps', 'once'].map(
        (name) => `creator:{${channel.tenant.creatorId}}:conversation:${session.conversation_id}:${name}`,
      ),
    );
    expect(left).toBe(0);
    const audit = await channel.use.database.withTenant(channel.tenant.creatorId, (db) =>
      db.query('select action from audit_events where creator_id = $1 and subject_id = $2 order by created_at', [
        channel.tenant.creatorId,
        session.conversation_id,
      ]),
    );
    expect(audit.map(({ action }) => action)).toEqual(['conversation.opened', 'conversation.erased']);
  });
});

async function say(conversationId: string, text: string): Promise<string> {
  const id = randomUUID();
  await channel.use.database.withTenant(channel.tenant.creatorId, (db) =>
    db.query(
      "insert into messages (creator_id, id, conversation_id, role, text) values ($1, $2, $3, 'assistant', $4)",
      [channel.tenant.creatorId, id, conversationId, text],
    ),
  );
  return id;
}
