import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type HubService, startHubService } from '../../../support/hub-service.ts';

const DEFAULTS = {
  chunk_tokens: 1000,
  overlap_tokens: 200,
  refusal_threshold: null,
  daily_spend_limit: null,
  retention_days: null,
};

describe('settings', () => {
  let hub: HubService;

  beforeAll(async () => {
    hub = await startHubService();
  });

  afterAll(() => hub?.stop());

  test('are the defaults until they are changed, and each creator’s own', async () => {
    const [mine, other] = await Promise.all([hub.newCreator(), hub.newCreator()]);
    const body = { chunk_tokens: 500, refusal_threshold: 0.4 };

    const changed = await hub.call('PATCH', '/v1/hub/settings', { token: mine.key, body });

    expect([changed.status, changed.body]).toEqual([200, { ...DEFAULTS, ...body }]);
    expect((await hub.call('GET', '/v1/hub/settings', { token: mine.key })).body).toEqual({ ...DEFAULTS, ...body });
    expect((await hub.call('GET', '/v1/hub/settings', { token: other.key })).body).toEqual(DEFAULTS);
  });

  test('go back to the default with null where there is none', async () => {
    const { key: token } = await hub.newCreator();
    await hub.call('PATCH', '/v1/hub/settings', { token, body: { retention_days: 30 } });

    const answer = await hub.call('PATCH', '/v1/hub/settings', { token, body: { retention_days: null } });

    expect(answer.body).toEqual(DEFAULTS);
  });

  test.each([1e-320, 1e-46, 0.123456789])('keep a threshold of %d as exactly as they tell it', async (sent) => {
    const { key: token } = await hub.newCreator();

    const changed = await hub.call('PATCH', '/v1/hub/settings', { token, body: { refusal_threshold: sent } });
    const read = await hub.call('GET', '/v1/hub/settings', { token });

    expect([changed.status, read.body]).toEqual([200, changed.body]);
    expect((read.body as { refusal_threshold: number }).refusal_threshold).toBeCloseTo(sent, 6);
  });

  test('have the documents cut anew ten times a day, and say so from then on', async () => {
    const { key: token } = await hub.newCreator();
    const change = (body: object) => hub.call('PATCH', '/v1/hub/settings', { token, body });
    for (let n = 0; n < 10; n += 1) expect((await change({ chunk_tokens: 500 + n })).status).toBe(200);

    const refused = await change({ chunk_tokens: 600, refusal_threshold: 0.9 });
    const same = await change({ chunk_tokens: 509 });
    const other = await change({ refusal_threshold: 0.4 });

    expect(refused.status).toBe(429);
    const message = expect.stringContaining('size of passages');
    expect(refused.body).toMatchObject({ error: { code: 'RATE_LIMITED', message } });
    expect(Number(refused.headers['Retry-After'])).toBeGreaterThan(80_000);
    expect([same.status, other.status]).toEqual([200, 200]);
    expect(other.body).toEqual({ ...DEFAULTS, chunk_tokens: 509, refusal_threshold: 0.4 });
  });

  test.each([
    { overlap_tokens: 600 },
    { chunk_tokens: 10 },
    { refusal_threshold: 2 },
    { chunk_tokens: null },
    { colour: 'red' },
  ])('refuse %j', async (body) => {
    const { key: token } = await hub.newCreator();

    expect((await hub.call('PATCH', '/v1/hub/settings', { token, body })).status).toBe(400);
  });

  test('are for who manages the account', async () => {
    const { key: token } = await hub.newCreator(['widgets:write', 'documents:write']);

    expect((await hub.call('GET', '/v1/hub/settings', { token })).status).toBe(403);
  });
});
