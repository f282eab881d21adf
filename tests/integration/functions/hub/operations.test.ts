import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type HubService, startHubService } from '../../../support/hub-service.ts';
import { faultsOfHistograms } from '../../../support/prometheus.ts';
import { until } from '../../../support/until.ts';

const TOKEN = 'a-metrics-token-of-some-length';

describe('operations of the hub', () => {
  let hub: HubService;

  beforeAll(async () => {
    hub = await startHubService({ METRICS_TOKEN: TOKEN, RATE_LIMIT_FACTOR: '0.01' });
  });

  afterAll(() => hub?.stop());

  test('tell that the function runs', async () => {
    const { status, body } = await hub.call('GET', '/v1/hub/health');

    expect([status, body]).toEqual([200, { status: 'ok' }]);
  });

  test('tell by name whether what it needs is up', async () => {
    const { status, body } = await hub.call('GET', '/v1/hub/ready');

    expect([status, body]).toEqual([200, { status: 'ready', checks: { database: 'up', redis: 'up' } }]);
  });

  test('show the fleet’s counters to who has the token, as Prometheus text', async () => {
    const creator = await hub.newCreator();
    await hub.call('GET', '/v1/hub/widgets', { token: creator.key });
    const wanted = 'understudy_requests_total{service="hub",route="GET /v1/hub/widgets",status="200"}';

    const { status, headers, text } = await hub.call('GET', '/v1/hub/metrics', { token: TOKEN });

    expect(status).toBe(200);
    expect(headers['Content-Type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(text).toContain('# TYPE understudy_requests_total counter\n');
    expect(faultsOfHistograms(text)).toEqual([]);
    const before = amountOf(text, wanted);
    await hub.call('GET', '/v1/hub/widgets', { token: creator.key });
    await until('the counter to rise', async () => {
      const later = await hub.call('GET', '/v1/hub/metrics', { token: TOKEN });
      return amountOf(later.text, wanted) > before;
    });
  });

  test('never make a series of what a client chose', async () => {
    const seriesNow = async () => {
      const { text } = await hub.call('GET', '/v1/hub/metrics', { token: TOKEN });
      return text.split('\n').filter((line) => /service="hub"/.test(line) && /unmatched/.test(line)).length;
    };
    await hub.call('GET', `/v1/hub/${randomUUID()}`);
    await hub.call('GET', `/v1/hub/widgets/${randomUUID()}`);
    const before = await until('the first to be counted', async () => (await seriesNow()) || undefined);

    for (let n = 0; n < 200; n += 1) await hub.call('GET', `/v1/hub/${randomUUID()}"} 1`);

    expect(await seriesNow()).toBe(before);
  });

  test.each([undefined, 'wrong', `${TOKEN}x`, ''])('hide them from who brings %s', async (token) => {
    const { status, body } = await hub.call('GET', '/v1/hub/metrics', { ...(token !== undefined && { token }) });

    expect(status).toBe(401);
    expect(body).toMatchObject({ error: { code: 'AUTHENTICATION_REQUIRED' } });
  });

  test('hide them from everybody while no token is set', async () => {
    const closed = await startHubService();
    try {
      expect((await closed.call('GET', '/v1/hub/metrics', { token: '' })).status).toBe(401);
      expect((await closed.call('GET', '/v1/hub/metrics', { headers: { Authorization: 'Bearer ' } })).status).toBe(401);
    } finally {
      await closed.stop();
    }
  });

  test('hold each creator to a limit of its own, and say so in headers', async () => {
    const [busy, calm] = await Promise.all([hub.newCreator(), hub.newCreator()]);
    const ask = (key: string, path = '/v1/hub/widgets') => hub.call('GET', path, { token: key });

    const first = await ask(busy.key);
    for (let call = 1; call < 6; call++) await ask(busy.key);
    const refused = await ask(busy.key);
    const missing = await ask(calm.key, `/v1/hub/widgets/${randomUUID()}`);

    expect(missing).toMatchObject({ status: 404, headers: { 'RateLimit-Limit': '6', 'RateLimit-Remaining': '5' } });
    expect(first.headers).toMatchObject({ 'RateLimit-Limit': '6', 'RateLimit-Remaining': '5' });
    expect(refused.status).toBe(429);
    expect(refused.headers['Retry-After']).toMatch(/^\d+$/);
    expect((await ask(calm.key)).status).toBe(200);
  });

  test('answer unknown paths and wrong methods before asking who it is', async () => {
    expect((await hub.call('GET', `/v1/hub/${randomUUID()}`)).status).toBe(404);
    const wrong = await hub.call('PUT', '/v1/hub/widgets');
    expect([wrong.status, wrong.headers.Allow]).toEqual([405, 'POST, GET']);
  });
});

function amountOf(text: string, series: string): number {
  const line = text.split('\n').find((each) => each.startsWith(`${series} `));
  return Number(line?.slice(series.length + 1) ?? 0);
}
