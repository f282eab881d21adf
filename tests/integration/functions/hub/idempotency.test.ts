import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type HubCreator, type HubService, startHubService } from '../../../support/hub-service.ts';

const WIDGET = { name: 'Shop', allowed_origins: [] };
const FILE = { filename: 'a.txt', content_type: 'text/plain', size_bytes: 5 };

describe('a repeated creation with an Idempotency-Key', () => {
  let hub: HubService;
  let creator: HubCreator;

  beforeAll(async () => {
    hub = await startHubService();
    creator = await hub.newCreator();
  });

  afterAll(() => hub?.stop());

  const post = (path: string, body: object, key: string) =>
    hub.call('POST', path, { token: creator.key, body, headers: { 'Idempotency-Key': key } });

  test.each([
    ['/v1/hub/widgets', WIDGET],
    ['/v1/hub/documents', FILE],
  ])('of %s is answered to the byte like the first, and makes nothing', async (path, body) => {
    const key = randomUUID();

    const answers = [await post(path, body, key), await post(path, body, key)];

    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    expect(answers[1]?.text).toBe(answers[0]?.text);
    const list = (await hub.call('GET', path, { token: creator.key })).body as { data: unknown[] };
    expect(list.data).toHaveLength(1);
  });

  test('with another body is refused', async () => {
    const key = randomUUID();
    await post('/v1/hub/widgets', WIDGET, key);

    const answer = await post('/v1/hub/widgets', { ...WIDGET, name: 'Other' }, key);

    expect([answer.status, answer.body]).toMatchObject([409, { error: { code: 'CONFLICT' } }]);
  });

  test('may use the key of another route', async () => {
    const key = randomUUID();
    await post('/v1/hub/widgets', WIDGET, key);

    expect((await post('/v1/hub/documents', FILE, key)).status).toBe(201);
  });

  test('at the same moment makes one thing', async () => {
    const own = await hub.newCreator();
    const key = randomUUID();
    const request = { token: own.key, body: WIDGET, headers: { 'Idempotency-Key': key } };

    const answers = await Promise.all(Array.from({ length: 10 }, () => hub.call('POST', '/v1/hub/widgets', request)));

    const statuses = new Set(answers.map(({ status }) => status));
    expect(statuses.has(201)).toBe(true);
    expect([...statuses].every((status) => status === 201 || status === 409)).toBe(true);
    const list = (await hub.call('GET', '/v1/hub/widgets', { token: own.key })).body as { data: unknown[] };
    expect(list.data).toHaveLength(1);
  });

  test('is refused when the key cannot be one', async () => {
    expect((await post('/v1/hub/widgets', WIDGET, 'with space')).status).toBe(400);
    expect((await post('/v1/hub/widgets', WIDGET, 'x'.repeat(256))).status).toBe(400);
  });
});
