import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { openPool } from '../../../../shared/database/pool.ts';
import { openTenantDatabase } from '../../../../shared/database/tenant-database.ts';
import { PAGE, startSession } from '../../../support/channel-fixture.ts';
import { makeTenant, type TenantFixture } from '../../../support/tenant-fixture.ts';
import { useTestChannel } from '../../../support/use-test-channel.ts';

const channel = useTestChannel();

const widgetPath = () => `/v1/channel/widgets/${channel.tenant.widgetId}`;
const code = (answer: { body: Record<string, unknown> }) => (answer.body.error as { code: string }).code;

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

  test.each(['https://evil.com', 'null'])('%s may read how the service is, and nothing else', async (origin) => {
    const ready = await channel.call('GET', '/v1/channel/ready', { origin });
    const health = await channel.call('GET', '/v1/channel/health', { origin });

    expect([ready.status, ready.body]).toEqual([200, { status: 'ready', checks: { database: 'up', redis: 'up' } }]);
    expect(ready.headers).toHaveProperty('Access-Control-Allow-Origin', '*');
    expect(ready.headers).not.toHaveProperty('Access-Control-Allow-Credentials');
    expect(health.headers).not.toHaveProperty('Access-Control-Allow-Origin');
  });

  test.each(HOSTILE)('%j is refused, and cannot read the answer', async (origin) => {
    const configuration = await channel.call('GET', widgetPath(), { origin });
    const session = await channel.call('POST', `${widgetPath()}/sessions`, { origin, body: {} });

    for (const answer of [configuration, session]) {
      expect(answer.status).toBe(403);
      expect(code(answer)).toBe('ORIGIN_NOT_ALLOWED');
      expect(answer.headers).not.toHaveProperty('Access-Control-Allow-Origin');
    }
  });

  test('a list with null, * or nothing in it lets nobody in', async () => {
    const strange = await makeTenant(channel.database, { origins: ['null', '*'] });
    const empty = await makeTenant(channel.database, { origins: [] });

    for (const { widgetId } of [strange, empty]) {
      for (const origin of ['null', PAGE, undefined]) {
        const { status } = await channel.call('POST', `/v1/channel/widgets/${widgetId}/sessions`, { origin, body: {} });
        expect(status).toBe(403);
      }
    }
  });

  test('a session begun on one page opens nothing on another, nor without a page', async () => {
    const two = await makeTenant(channel.database, { origins: [PAGE, 'https://other.example'] });
    const session = await startSession(channel, two.widgetId);

    for (const origin of ['https://other.example', undefined, 'null']) {
      const ticket = await channel.call('POST', '/v1/channel/tickets', { origin, token: session.session_token });
      const messages = await channel.call('GET', '/v1/channel/messages', { origin, token: session.session_token });
      expect([ticket.status, messages.status]).toEqual([403, 403]);
      expect(messages.headers).not.toHaveProperty('Access-Control-Allow-Origin');
    }
  });

  test('a page that is taken off the list is out at once, sessions and all, but for the right to erase', async () => {
    const passing = await makeTenant(channel.database, { origins: [PAGE] });
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
    const preflight = await channel.call('OPTIONS', `${widgetPath()}/sessions`, { origin: 'https://evil.example' });
    const invalid = await channel.call('POST', `${widgetPath()}/sessions`, {
      origin: PAGE,
      body: { visitor_id: randomUUID() },
    });
    const method = await channel.call('PATCH', widgetPath(), { origin: PAGE });

    expect([preflight.status, preflight.headers['Access-Control-Allow-Origin']]).toEqual([204, '*']);
    expect([invalid.status, invalid.headers['Access-Control-Allow-Origin']]).toEqual([400, PAGE]);
    expect([method.status, method.headers['Access-Control-Allow-Origin']]).toEqual([405, PAGE]);
  });
});

async function changeOrigins({ creatorId, widgetId }: TenantFixture, origins: readonly string[]): Promise<void> {
  const hub = openPool(channel.database.urlFor('hub'));
  await openTenantDatabase(hub).withTenant(creatorId, (db) =>
    db.query('update widgets set allowed_origins = $3 where creator_id = $1 and id = $2', [
      creatorId,
      widgetId,
      origins,
    ]),
  );
  await hub.end();
}
