import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { openSessionTokens } from '../../../../functions/channel/gateways/session-tokens.ts';
import { API_URL, PAGE, startSession, VISITOR_TOKEN_SECRET } from '../../../support/channel-fixture.ts';
import { makeTenant } from '../../../support/tenant-fixture.ts';
import { useTestChannel } from '../../../support/use-test-channel.ts';

const channel = useTestChannel();

const widgetPath = () => `/v1/channel/widgets/${channel.tenant.widgetId}`;
const DAY = 86_400_000;

describe('sessions', () => {
  test('a first one makes a new visitor, a second one with its token goes on', async () => {
    const first = await startSession(channel, channel.tenant.widgetId);
    const again = await channel.call('POST', `${widgetPath()}/sessions`, {
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
    const first = await startSession(channel, channel.tenant.widgetId);
    const claims = {
      kind: 'visitor' as const,
      ...channel.tenant,
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
      channel.call('POST', `${widgetPath()}/sessions`, { origin: PAGE, body: { session_token } });

    expect((await open(recent)).body.conversation_id).toBe(first.conversation_id);
    expect((await open(old)).body.conversation_id).not.toBe(first.conversation_id);
    const ended = await channel.call('GET', '/v1/channel/messages', { origin: PAGE, token: recent });
    expect([ended.status, ended.headers['Access-Control-Allow-Origin']]).toEqual([401, PAGE]);
  });

  test("another widget's token, a forged one and one of another kind begin a new conversation", async () => {
    const other = await makeTenant(channel.database, { origins: [PAGE] });
    const foreign = await startSession(channel, other.widgetId);
    const forged = await new SignJWT({ conversation_id: foreign.conversation_id })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .sign(Buffer.from(VISITOR_TOKEN_SECRET, 'base64'));

    for (const session_token of [foreign.session_token, forged, 'x', '']) {
      const { status, body } = await channel.call('POST', `${widgetPath()}/sessions`, {
        origin: PAGE,
        body: { session_token },
      });
      expect(status).toBe(201);
      expect(body.conversation_id).not.toBe(foreign.conversation_id);
    }
  });

  test('an address opens 60 an hour', async () => {
    const ip = randomUUID();
    const open = () => channel.call('POST', `${widgetPath()}/sessions`, { origin: PAGE, body: {}, ip });

    const statuses: number[] = [];
    for (let n = 0; n < 63; n += 1) statuses.push((await open()).status);

    expect(statuses.filter((status) => status === 201)).toHaveLength(60);
    const refused = await open();
    expect(refused.status).toBe(429);
    expect(Number(refused.headers['Retry-After'])).toBeGreaterThan(0);
    expect(refused.headers['Access-Control-Allow-Origin']).toBe(PAGE);
  });

  test('no route takes no token, a broken one, or one of a creator', async () => {
    const { session_token: token } = await startSession(channel, channel.tenant.widgetId);
    const tokens = [undefined, 'x', `${token}x`, token.slice(0, -2), token.replace('.', '..'), `uk_${'a'.repeat(40)}`];

    for (const bad of tokens) {
      const { status, headers } = await channel.call('GET', '/v1/channel/messages', { origin: PAGE, token: bad });
      expect(status).toBe(401);
      expect(headers).not.toHaveProperty('Access-Control-Allow-Origin');
    }
  });
});
