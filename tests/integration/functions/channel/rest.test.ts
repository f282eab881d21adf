import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSessionTokens } from '../../../../functions/channel/gateways/session-tokens.ts';
import { openPool } from '../../../../shared/database/pool.ts';
import { openTenantDatabase } from '../../../../shared/database/tenant-database.ts';
import {
  API_URL,
  openTestChannel,
  PAGE,
  startSession,
  type TestChannel,
  VISITOR_TOKEN_SECRET,
} from '../../../support/channel-fixture.ts';
import { makeTenant, type TenantFixture } from '../../../support/tenant-fixture.ts';
import { type TestDatabase, testDatabase } from '../../../support/test-database.ts';

let database: TestDatabase;
let channel: TestChannel;
let tenant: TenantFixture;
let widgetPath: string;

beforeAll(async () => {
  database = await testDatabase();
  channel = openTestChannel(database);
  tenant = await makeTenant(database, { origins: [PAGE] });
  widgetPath = `/v1/channel/widgets/${tenant.widgetId}`;
});
afterAll(async () => {
  await channel.close();
  await database.drop();
});

const code = (answer: { body: Record<string, unknown> }) => (answer.body.error as { code: string }).code;
const DAY = 86_400_000;

describe('the configuration', () => {
  test('is shown to an allowed page, without instructions and origins', async () => {
    const { status, headers, body } = await channel.call('GET', widgetPath, { origin: PAGE });

    expect(status).toBe(200);
    expect(headers).toMatchObject({ 'Access-Control-Allow-Origin': PAGE, Vary: 'Origin' });
    expect(Object.keys(body).sort()).toEqual(
      ['app', 'greeting', 'id', 'locale', 'name', 'suggested_questions', 'theme'].sort(),
    );
    expect(body.app).toEqual({ url: `${API_URL}/widget/app.js`, integrity: 'sha384-y' });
  });

  test('without an Origin it is shown only to a browser on our own pages', async () => {
    const plain = await channel.call('GET', widgetPath);
    const own = await channel.call('GET', widgetPath, { headers: { 'Sec-Fetch-Site': 'same-origin' } });
    const cross = await channel.call('GET', widgetPath, { headers: { 'Sec-Fetch-Site': 'cross-site' } });
    const lying = await channel.call('GET', widgetPath, {
      origin: 'https://evil.example',
      headers: { 'Sec-Fetch-Site': 'same-origin' },
    });

    expect([plain.status, own.status, cross.status, lying.status]).toEqual([403, 200, 403, 403]);
  });

  test('an unknown and a malformed id are not found, and nobody may read that', async () => {
    for (const id of [randomUUID(), 'x', `${tenant.widgetId}%00`]) {
      const answer = await channel.call('GET', `/v1/channel/widgets/${id}`, { origin: PAGE });
      expect(answer.status).toBe(404);
      expect(answer.headers).not.toHaveProperty('Access-Control-Allow-Origin');
    }
  });

  test('a widget that is switched off says so to its page', async () => {
    const off = await makeTenant(database, { origins: [PAGE], enabled: false });

    const configuration = await channel.call('GET', `/v1/channel/widgets/${off.widgetId}`, { origin: PAGE });
    const session = await channel.call('POST', `/v1/channel/widgets/${off.widgetId}/sessions`, {
      origin: PAGE,
      body: {},
    });

    expect([configuration.status, session.status]).toEqual([403, 403]);
    expect(code(session)).toBe('PERMISSION_DENIED');
    expect(session.headers).toMatchObject({ 'Access-Control-Allow-Origin': PAGE });
  });
});

describe('origins', () => {
  const HOSTILE = [
    'http://site.example',
    'https://site.example:443',
    'https://site.example:8443',
    'https://site.example/',
    'https://site.example.',
    'https://www.site.example',
    'https://evil.site.example',
    'https://site.example.evil.com',
    'https://evilsite.example',
    'https://site.exampleevil.com',
    'https://site.example@evil.com',
    'https://evil.com#https://site.example',
    'https://evil.com?https://site.example',
    'HTTPS://SITE.EXAMPLE',
    'https://Site.Example',
    ' https://site.example',
    'https://site.example ',
    'https://site.example, https://evil.com',
    'https://site.example\thttps://evil.com',
    'null',
    'undefined',
    '*',
    'https://*',
    'https://',
    'site.example',
    '//site.example',
    'file://',
    'https://sit\u0435.example',
    'https://xn--site.example',
    'https://site%2Eexample',
    '',
  ];

  test.each(HOSTILE)('%j is refused, and cannot read the answer', async (origin) => {
    const configuration = await channel.call('GET', widgetPath, { origin });
    const session = await channel.call('POST', `${widgetPath}/sessions`, { origin, body: {} });

    for (const answer of [configuration, session]) {
      expect(answer.status).toBe(403);
      expect(code(answer)).toBe('ORIGIN_NOT_ALLOWED');
      expect(answer.headers).not.toHaveProperty('Access-Control-Allow-Origin');
    }
  });

  test('a list with null, * or nothing in it lets nobody in', async () => {
    const strange = await makeTenant(database, { origins: ['null', '*'] });
    const empty = await makeTenant(database, { origins: [] });

    for (const { widgetId } of [strange, empty]) {
      for (const origin of ['null', PAGE, undefined]) {
        const { status } = await channel.call('POST', `/v1/channel/widgets/${widgetId}/sessions`, { origin, body: {} });
        expect(status).toBe(403);
      }
    }
  });

  test('a session begun on one page opens nothing on another, nor without a page', async () => {
    const two = await makeTenant(database, { origins: [PAGE, 'https://other.example'] });
    const session = await startSession(channel, two.widgetId);

    for (const origin of ['https://other.example', undefined, 'null']) {
      const ticket = await channel.call('POST', '/v1/channel/tickets', { origin, token: session.session_token });
      const messages = await channel.call('GET', '/v1/channel/messages', { origin, token: session.session_token });
      expect([ticket.status, messages.status]).toEqual([403, 403]);
      expect(messages.headers).not.toHaveProperty('Access-Control-Allow-Origin');
    }
  });

  test('a page that is taken off the list is out at once, sessions and all, but for the right to erase', async () => {
    const passing = await makeTenant(database, { origins: [PAGE] });
    const session = await startSession(channel, passing.widgetId);
    await changeOrigins(passing, []);

    const { session_token: token } = session;
    const answers = [
      await channel.call('POST', '/v1/channel/tickets', { origin: PAGE, token }),
      await channel.call('GET', '/v1/channel/messages', { origin: PAGE, token }),
      await channel.call('DELETE', '/v1/channel/conversation', { origin: PAGE, token }),
    ];
    const { status } = await channel.connect({ ticket: session.socket.ticket, origin: PAGE });

    expect(answers.map((answer) => answer.status)).toEqual([403, 403, 202]);
    expect(status).toBe(403);
  });

  test('pre-flight answers everybody, and errors can be read by an allowed page', async () => {
    const preflight = await channel.call('OPTIONS', `${widgetPath}/sessions`, { origin: 'https://evil.example' });
    const invalid = await channel.call('POST', `${widgetPath}/sessions`, {
      origin: PAGE,
      body: { visitor_id: randomUUID() },
    });
    const method = await channel.call('PATCH', widgetPath, { origin: PAGE });

    expect([preflight.status, preflight.headers['Access-Control-Allow-Origin']]).toEqual([204, '*']);
    expect([invalid.status, invalid.headers['Access-Control-Allow-Origin']]).toEqual([400, PAGE]);
    expect([method.status, method.headers['Access-Control-Allow-Origin']]).toEqual([405, PAGE]);
  });
});

describe('sessions', () => {
  test('a first one makes a new visitor, a second one with its token goes on', async () => {
    const first = await startSession(channel, tenant.widgetId);
    const again = await channel.call('POST', `${widgetPath}/sessions`, {
      origin: PAGE,
      body: { session_token: first.session_token },
    });

    expect(first.socket).toMatchObject({ url: 'ws://127.0.0.1:8080/socket', expires_in: 30 });
    expect(again.body).toMatchObject({
      visitor_id: first.visitor_id,
      conversation_id: first.conversation_id,
      expires_in: 3_600,
    });
  });

  test('it goes on for 30 days after its end, and is good for nothing else then', async () => {
    const first = await startSession(channel, tenant.widgetId);
    const claims = {
      kind: 'visitor' as const,
      ...tenant,
      conversationId: first.conversation_id,
      visitorId: first.visitor_id,
      origin: PAGE,
    };
    const sign = (daysAgo: number) =>
      openSessionTokens({ secret: VISITOR_TOKEN_SECRET, issuer: API_URL, now: () => Date.now() - daysAgo * DAY }).sign(
        claims,
      );
    const [recent, old] = [await sign(29), await sign(31)];

    const open = (session_token: string) =>
      channel.call('POST', `${widgetPath}/sessions`, { origin: PAGE, body: { session_token } });

    expect((await open(recent)).body.conversation_id).toBe(first.conversation_id);
    expect((await open(old)).body.conversation_id).not.toBe(first.conversation_id);
    const ended = await channel.call('GET', '/v1/channel/messages', { origin: PAGE, token: recent });
    expect([ended.status, ended.headers['Access-Control-Allow-Origin']]).toEqual([401, PAGE]);
  });

  test("another widget's token, a forged one and one of another kind begin a new conversation", async () => {
    const other = await makeTenant(database, { origins: [PAGE] });
    const foreign = await startSession(channel, other.widgetId);
    const forged = await new SignJWT({ conversation_id: foreign.conversation_id })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .sign(Buffer.from(VISITOR_TOKEN_SECRET, 'base64'));

    for (const session_token of [foreign.session_token, forged, 'x', '']) {
      const { status, body } = await channel.call('POST', `${widgetPath}/sessions`, {
        origin: PAGE,
        body: { session_token },
      });
      expect(status).toBe(201);
      expect(body.conversation_id).not.toBe(foreign.conversation_id);
    }
  });

  test('an address opens 60 an hour', async () => {
    const ip = randomUUID();
    const open = () => channel.call('POST', `${widgetPath}/sessions`, { origin: PAGE, body: {}, ip });

    const statuses: number[] = [];
    for (let n = 0; n < 63; n += 1) statuses.push((await open()).status);

    expect(statuses.filter((status) => status === 201)).toHaveLength(60);
    const refused = await open();
    expect(refused.status).toBe(429);
    expect(Number(refused.headers['Retry-After'])).toBeGreaterThan(0);
    expect(refused.headers['Access-Control-Allow-Origin']).toBe(PAGE);
  });

  test('no route takes no token, a broken one, or one of a creator', async () => {
    const { session_token: token } = await startSession(channel, tenant.widgetId);
    const tokens = [undefined, 'x', `${token}x`, token.slice(0, -2), token.replace('.', '..'), `uk_${'a'.repeat(40)}`];

    for (const bad of tokens) {
      const { status, headers } = await channel.call('GET', '/v1/channel/messages', { origin: PAGE, token: bad });
      expect(status).toBe(401);
      expect(headers).not.toHaveProperty('Access-Control-Allow-Origin');
    }
  });
});

describe('a conversation', () => {
  test("is read by its visitor alone, and another one's messages cannot be rated", async () => {
    const one = await startSession(channel, tenant.widgetId);
    const two = await startSession(channel, tenant.widgetId);
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
    const session = await startSession(channel, tenant.widgetId);
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
    const session = await startSession(channel, tenant.widgetId);
    await say(session.conversation_id, 'planted-word');
    await channel.use.stream.append(tenant.creatorId, session.conversation_id, {
      type: 'delta',
      turn_id: randomUUID(),
      text: 'planted-word',
    });
    const erase = () =>
      channel.call('DELETE', '/v1/channel/conversation', { origin: PAGE, token: session.session_token });

    const [first, second] = [await erase(), await erase()];
    const read = await channel.call('GET', '/v1/channel/messages', { origin: PAGE, token: session.session_token });
    const ticket = await channel.call('POST', '/v1/channel/tickets', { origin: PAGE, token: session.session_token });
    const next = await channel.call('POST', `${widgetPath}/sessions`, {
      origin: PAGE,
      body: { session_token: session.session_token },
    });

    expect([first.status, first.body, second.status]).toEqual([202, { status: 'accepted' }, 404]);
    expect([read.status, ticket.status, next.status]).toEqual([404, 404, 201]);
    expect(next.body.conversation_id).not.toBe(session.conversation_id);
    const left = await channel.redis.exists(
      ...['frames', 'seq', 'cursors', 'pumps', 'once'].map(
        (name) => `creator:{${tenant.creatorId}}:conversation:${session.conversation_id}:${name}`,
      ),
    );
    expect(left).toBe(0);
    const audit = await channel.use.database.withTenant(tenant.creatorId, (db) =>
      db.query('select action from audit_events where creator_id = $1 and subject_id = $2 order by created_at', [
        tenant.creatorId,
        session.conversation_id,
      ]),
    );
    expect(audit.map(({ action }) => action)).toEqual(['conversation.opened', 'conversation.erased']);
  });
});

async function say(conversationId: string, text: string): Promise<string> {
  const id = randomUUID();
  await channel.use.database.withTenant(tenant.creatorId, (db) =>
    db.query(
      "insert into messages (creator_id, id, conversation_id, role, text) values ($1, $2, $3, 'assistant', $4)",
      [tenant.creatorId, id, conversationId, text],
    ),
  );
  return id;
}

async function changeOrigins({ creatorId, widgetId }: TenantFixture, origins: readonly string[]): Promise<void> {
  const hub = openPool(database.urlFor('hub'));
  await openTenantDatabase(hub).withTenant(creatorId, (db) =>
    db.query('update widgets set allowed_origins = $3 where creator_id = $1 and id = $2', [
      creatorId,
      widgetId,
      origins,
    ]),
  );
  await hub.end();
}
