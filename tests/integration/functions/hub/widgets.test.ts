import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type HubCreator, type HubService, MANIFEST, startHubService } from '../../../support/hub-service.ts';

const WIDGET = { name: 'Shop', allowed_origins: ['https://shop.example', 'http://localhost:3000'] };

interface WidgetBody {
  readonly id: string;
  readonly theme: Record<string, unknown>;
}

describe('widgets of the hub', () => {
  let hub: HubService;
  let mine: HubCreator;
  let other: HubCreator;

  beforeAll(async () => {
    hub = await startHubService();
    [mine, other] = await Promise.all([hub.newCreator(), hub.newCreator()]);
  });

  afterAll(() => hub?.stop());

  const create = async (body: object = WIDGET): Promise<WidgetBody> => {
    const answer = await hub.call('POST', '/v1/hub/widgets', { token: mine.key, body });
    expect(answer.status).toBe(201);
    return answer.body;
  };

  test('are created with defaults for all but name and origins', async () => {
    const widget = await create();

    expect(widget).toEqual({
      id: expect.any(String),
      ...WIDGET,
      greeting: 'Hello! What would you like to know?',
      suggested_questions: [],
      instructions: '',
      locale: 'en',
      theme: { primary_color: '#1f5eff', position: 'right', radius: 12 },
      enabled: true,
      created_at: expect.stringMatching(/Z$/),
      updated_at: expect.stringMatching(/Z$/),
    });
  });

  test('are no more than the quota allows; a deleted one makes room', async () => {
    const small = await startHubService({ QUOTA_WIDGETS: '2' });
    try {
      const { key } = await small.newCreator();
      const make = () => small.call('POST', '/v1/hub/widgets', { token: key, body: WIDGET });
      const [first, second, third] = [await make(), await make(), await make()];
      const { id } = first.body as WidgetBody;

      await small.call('DELETE', `/v1/hub/widgets/${id}`, { token: key });
      const again = await make();

      expect([first, second, third, again].map(({ status }) => status)).toEqual([201, 201, 429, 201]);
      expect(third.body).toMatchObject({ error: { code: 'QUOTA_EXCEEDED' } });
    } finally {
      await small.stop();
    }
  });

  test.each([
    ['widgets', { QUOTA_WIDGETS: '2' }, '/v1/hub/widgets', WIDGET],
    ['answers', { QUOTA_ANSWERS: '2' }, '/v1/hub/answers', { question: 'When?', answer: 'At eleven.' }],
  ])('and %s are no more than the quota when many come at once', async (_what, quota, path, body) => {
    const small = await startHubService(quota);
    try {
      const { key } = await small.newCreator();

      const answers = await Promise.all(
        Array.from({ length: 8 }, () => small.call('POST', path, { token: key, body })),
      );

      expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 429, 429, 429, 429, 429, 429]);
    } finally {
      await small.stop();
    }
  });

  test('keep what a change leaves out, of the theme too', async () => {
    const { id } = await create({ ...WIDGET, theme: { position: 'left' }, locale: 'pt-br' });

    const answer = await hub.call('PATCH', `/v1/hub/widgets/${id}`, {
      token: mine.key,
      body: { greeting: 'Olá', theme: { radius: 0 }, allowed_origins: [] },
    });

    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      name: 'Shop',
      greeting: 'Olá',
      locale: 'pt-BR',
      allowed_origins: [],
      theme: { primary_color: '#1f5eff', position: 'left', radius: 0 },
    });
    expect((await hub.call('GET', `/v1/hub/widgets/${id}`, { token: mine.key })).body).toEqual(answer.body);
  });

  test.each([
    '*',
    'null',
    'https://*.shop.example',
    'https://shop.example/',
    'https://Shop.example',
    'https://shop.example:443',
    'https://user@shop.example',
    'https://münchen.example',
    'ftp://shop.example',
    'javascript:alert(1)',
    'shop.example',
    '//shop.example',
    'https://shop.example?x',
    ' https://shop.example',
  ])('refuse the origin %s, which no page could ever have', async (origin) => {
    const body = { ...WIDGET, allowed_origins: ['https://fine.example', origin] };

    const answer = await hub.call('POST', '/v1/hub/widgets', { token: mine.key, body });

    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({
      error: { code: 'WIDGET_CONFIG_INVALID', details: { fields: [{ path: 'allowed_origins.1' }] } },
    });
  });

  test.each([
    ['no name', { allowed_origins: [] }],
    ['no origins', { name: 'x' }],
    ['too many origins', { ...WIDGET, allowed_origins: Array.from({ length: 21 }, (_, n) => `https://s${n}.example`) }],
    ['an unknown field', { ...WIDGET, colour: 'red' }],
    ['an unknown field of the theme', { ...WIDGET, theme: { css: 'body{}' } }],
    ['a colour that is code', { ...WIDGET, theme: { primary_color: 'url(javascript:1)' } }],
    ['instructions beyond 4,000 characters', { ...WIDGET, instructions: 'x'.repeat(4_001) }],
    ['a language that is none', { ...WIDGET, locale: 'klingon_' }],
    ['a NUL', { ...WIDGET, greeting: 'a\u0000' }],
  ])('are refused for %s', async (_, body) => {
    const answer = await hub.call('POST', '/v1/hub/widgets', { token: mine.key, body });

    expect(answer.status).toBe(400);
  });

  test('come with a tag that pins the script and names the widget', async () => {
    const { id } = await create();

    const { status, body } = await hub.call('GET', `/v1/hub/widgets/${id}/embed`, { token: mine.key });

    const { path, integrity } = MANIFEST.loader;
    expect(status).toBe(200);
    expect(body).toEqual({
      html: `<script src="http://127.0.0.1:8080${path}" integrity="${integrity}" crossorigin="anonymous" data-widget="${id}" async></script>`,
      script_url: `http://127.0.0.1:8080${path}`,
      integrity,
    });
  });

  test('are gone after deletion, and a second one finds nothing', async () => {
    const { id } = await create();
    const remove = () => hub.call('DELETE', `/v1/hub/widgets/${id}`, { token: mine.key });

    const first = await remove();

    expect([first.status, first.text]).toEqual([204, '']);
    expect((await remove()).status).toBe(404);
  });

  test('of another creator are answered like ids that never were, to the byte', async () => {
    const { id: foreignId } = await create();
    const requests = [
      ['GET', '', undefined],
      ['GET', '/embed', undefined],
      ['PATCH', '', { name: 'stolen' }],
      ['PATCH', '', {}],
      ['DELETE', '', undefined],
    ] as const;

    for (const [method, suffix, body] of requests) {
      const ask = async (id: string) => {
        const request = { token: other.key, body, headers: { 'X-Request-ID': 'the-same-id' } };
        const { status, text } = await hub.call(method, `/v1/hub/widgets/${id}${suffix}`, request);
        return [status, text.replace(/"timestamp":"[^"]+"/, '')];
      };

      const foreign = await ask(foreignId);

      expect(foreign[0]).toBe(404);
      expect(foreign).toEqual(await ask(randomUUID()));
    }
    expect((await hub.call('GET', `/v1/hub/widgets/${foreignId}`, { token: mine.key })).body).toMatchObject(WIDGET);
  });

  test('leave one audit row for each change, with names of fields and no values', async () => {
    const creator = await hub.newCreator();
    const headers = { 'X-Request-ID': 'audit-this-change' };
    const created = await hub.call('POST', '/v1/hub/widgets', { token: creator.key, body: WIDGET, headers });
    const path = `/v1/hub/widgets/${(created.body as WidgetBody).id}`;
    await hub.call('PATCH', path, { token: creator.key, body: { name: 'Secret plans' } });
    await hub.call('PATCH', path, { token: creator.key, body: { name: 7 } });
    await hub.call('DELETE', path, { token: creator.key });

    const { body, text } = await hub.call('GET', '/v1/hub/audit-events', { token: creator.key });

    const events = (body as { data: Record<string, unknown>[] }).data;
    const actions = events.map(({ action }) => action);
    expect(actions).toEqual(['widget.deleted', 'widget.changed', 'widget.created', 'api_key.used']);
    expect(events[1]).toMatchObject({ fields: ['name'], actor: expect.stringMatching(/^api_key:/) });
    expect(events[2]).toMatchObject({ request_id: 'audit-this-change' });
    expect(text).not.toContain('Secret plans');
  });
});
