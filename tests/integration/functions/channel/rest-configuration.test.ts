import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { openSessionRoute } from '../../../../functions/channel/routes/open-session.ts';
import { readConfigurationRoute } from '../../../../functions/channel/routes/read-configuration.ts';
import { openApiDocument } from '../../../../shared/lambda/openapi.ts';
import { API_URL, PAGE } from '../../../support/channel-fixture.ts';
import { makeTenant } from '../../../support/tenant-fixture.ts';
import { useTestChannel } from '../../../support/use-test-channel.ts';

const channel = useTestChannel();

const widgetPath = () => `/v1/channel/widgets/${channel.tenant.widgetId}`;
const code = (answer: { body: Record<string, unknown> }) => (answer.body.error as { code: string }).code;

describe('the configuration', () => {
  test('is shown to an allowed page, without instructions and origins', async () => {
    const { status, headers, body } = await channel.call('GET', widgetPath(), { origin: PAGE });

    expect(status).toBe(200);
    expect(headers).toMatchObject({ 'Access-Control-Allow-Origin': PAGE, Vary: 'Origin' });
    expect(Object.keys(body).sort()).toEqual(
      ['app', 'greeting', 'id', 'locale', 'name', 'suggested_questions', 'theme'].sort(),
    );
    expect(body.app).toEqual({ url: `${API_URL}/widget/app.js`, integrity: 'sha384-y' });
  });

  test('without an Origin it is shown only to a browser on our own pages', async () => {
    const plain = await channel.call('GET', widgetPath());
    const own = await channel.call('GET', widgetPath(), { headers: { 'Sec-Fetch-Site': 'same-origin' } });
    const cross = await channel.call('GET', widgetPath(), { headers: { 'Sec-Fetch-Site': 'cross-site' } });
    const lying = await channel.call('GET', widgetPath(), {
      origin: 'https://evil.example',
      headers: { 'Sec-Fetch-Site': 'same-origin' },
    });

    expect([plain.status, own.status, cross.status, lying.status]).toEqual([403, 200, 403, 403]);
  });

  test('an unknown and a malformed id are not found, and nobody may read that', async () => {
    for (const id of [randomUUID(), 'x', `${channel.tenant.widgetId}%00`]) {
      const answer = await channel.call('GET', `/v1/channel/widgets/${id}`, { origin: PAGE });
      expect(answer.status).toBe(404);
      expect(answer.headers).not.toHaveProperty('Access-Control-Allow-Origin');
    }
  });

  test('a widget that is switched off says so to its page', async () => {
    const off = await makeTenant(channel.database, { origins: [PAGE], enabled: false });

    const configuration = await channel.call('GET', `/v1/channel/widgets/${off.widgetId}`, { origin: PAGE });
    const session = await channel.call('POST', `/v1/channel/widgets/${off.widgetId}/sessions`, {
      origin: PAGE,
      body: {},
    });

    expect([configuration.status, session.status]).toEqual([403, 403]);
    expect([code(configuration), code(session)]).toEqual(['PERMISSION_DENIED', 'PERMISSION_DENIED']);
    expect(session.headers).toMatchObject({ 'Access-Control-Allow-Origin': PAGE });
  });

  test.each([
    ['get', readConfigurationRoute],
    ['post', openSessionRoute],
  ] as const)('that a widget is switched off is among the refusals that are documented (%s)', (method, route) => {
    const described = openApiDocument([route]).paths[route.path];

    expect(described).toMatchObject({
      [method]: { responses: { 403: { description: expect.stringContaining('PERMISSION_DENIED') } } },
    });
  });
});
