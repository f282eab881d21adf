import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type OpenedSession, PAGE, startSession } from '../../../support/channel-fixture.ts';
import { useTestChannel } from '../../../support/use-test-channel.ts';

const channel = useTestChannel();
const start = () => startSession(channel, channel.tenant.widgetId);
const countOf = (statuses: readonly number[], wanted: number) => statuses.filter((status) => status === wanted).length;

describe('a visitor’s requests', () => {
  test.each([
    ['GET', '/v1/channel/messages', 200],
    ['POST', '/v1/channel/tickets', 201],
  ])('%s %s are let through 120 times a minute, and tell how many are left', async (method, path, allowed) => {
    const [{ session_token: token }, stranger] = [await start(), await start()];
    const ask = (visitor = token) => channel.call(method, path, { origin: PAGE, token: visitor });

    const first = await ask();
    const statuses = (await Promise.all(Array.from({ length: 129 }, () => ask()))).map(({ status }) => status);
    const [refused, other] = [await ask(), await ask(stranger.session_token)];

    expect(first.headers).toMatchObject({ 'RateLimit-Limit': '120', 'RateLimit-Remaining': '119' });
    expect([countOf(statuses, allowed), countOf(statuses, 429)]).toEqual([119, 10]);
    expect(refused.body).toMatchObject({ error: { code: 'RATE_LIMITED' } });
    // The page must be able to read when to come back.
    expect(refused.headers).toMatchObject({ 'Access-Control-Allow-Origin': PAGE, 'Retry-After': expect.anything() });
    expect(other.status).toBe(allowed);
  });

  test('of one address are let through 600 times a minute, however many visitors it has', async () => {
    const ip = randomUUID();
    const visitors = await Promise.all(Array.from({ length: 6 }, start));
    const ask = ({ session_token: token }: OpenedSession) =>
      channel.call('GET', '/v1/channel/messages', { origin: PAGE, token, ip });

    const answers = await Promise.all(visitors.flatMap((visitor) => Array.from({ length: 110 }, () => ask(visitor))));

    const statuses = answers.map(({ status }) => status);
    expect([countOf(statuses, 200), countOf(statuses, 429)]).toEqual([600, 60]);
  });
});

describe('rating an answer', () => {
  const rate = (token: string, messageId: string, body: unknown) =>
    channel.call('PUT', `/v1/channel/messages/${messageId}/feedback`, { origin: PAGE, token, body });
  const trailOf = (messageId: string) =>
    channel.use.database.withTenant(channel.tenant.creatorId, (db) =>
      db.query('select action from audit_events where creator_id = $1 and subject_id = $2', [
        channel.tenant.creatorId,
        messageId,
      ]),
    );

  test('as before changes nothing and leaves no trace in the audit trail; otherwise it does', async () => {
    const { conversation_id, session_token } = await start();
    const messageId = await answerIn(conversation_id);
    const ratings = [{ rating: 'up' }, { rating: 'up' }, { rating: 'up', comment: 'a' }, { rating: 'down' }];

    const events: number[] = [];
    for (const rating of ratings) {
      expect((await rate(session_token, messageId, rating)).status).toBe(204);
      events.push((await trailOf(messageId)).length);
    }

    expect(events).toEqual([1, 1, 2, 3]);
  });

  test('is let through twenty times a minute', async () => {
    const { conversation_id, session_token } = await start();
    const messageId = await answerIn(conversation_id);

    const statuses: number[] = [];
    for (let n = 0; n < 30; n += 1) {
      const { status } = await rate(session_token, messageId, { rating: n % 2 === 0 ? 'up' : 'down' });
      statuses.push(status);
    }

    expect([countOf(statuses, 204), countOf(statuses, 429)]).toEqual([20, 10]);
    expect(await trailOf(messageId)).toHaveLength(20);
  });
});

async function answerIn(conversationId: string): Promise<string> {
  const id = randomUUID();
  await channel.use.database.withTenant(channel.tenant.creatorId, (db) =>
    db.query(
      "insert into messages (creator_id, id, conversation_id, role, text) values ($1, $2, $3, 'assistant', 'x')",
      [channel.tenant.creatorId, id, conversationId],
    ),
  );
  return id;
}
