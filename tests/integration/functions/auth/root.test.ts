import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAuthApi } from '../../../../functions/auth/auth-api.ts';
import { openRedis } from '../../../../shared/clients/redis.ts';
import { RootEnv, readEnv } from '../../../../shared/config/env-constants.ts';
import { platformKey } from '../../../../shared/config/redis-keys.ts';
import { type AuthService, startAuthService } from '../../../support/auth-service.ts';
import { callRest } from '../../../support/rest-event.ts';

const CONSOLE = 'http://localhost:8080';
let auth: AuthService;
beforeAll(async () => {
  auth = await startAuthService({ METRICS_TOKEN: 'the-metrics-token' });
});
afterAll(() => auth.stop());

describe('the root', () => {
  it.each([
    ['/v1/auth', { database: 'up', redis: 'up' }],
    ['', { database: 'up', redis: 'up', chroma: 'up', models: 'up' }],
  ])('tells health and readiness at %j, the root those of the whole', async (prefix, checks) => {
    const health = await auth.call('GET', `${prefix}/health`);
    const ready = await auth.call('GET', `${prefix}/ready`);

    expect([health.status, health.body]).toEqual([200, { status: 'ok' }]);
    expect([ready.status, ready.body]).toEqual([200, { status: 'ready', checks }]);
  });

  it.each([
    ['the model is missing', { CHAT_MODEL: 'another:7b' }, { models: 'down' }, 'models (model missing)'],
    ['nobody is there', { OLLAMA_URL: 'http://127.0.0.1:9' }, { models: 'down' }, 'models (no answer)'],
    ['the offline model stands in', { STAGE: 'prod' }, { models: 'down' }, 'models (offline model)'],
    ['the index is gone', { CHROMA_URL: 'http://127.0.0.1:9' }, { chroma: 'down' }, 'chroma (no answer)'],
  ])('is not ready when %s, and says so', async (_what, env, down, told) => {
    const other = openAuthApi(readEnv(RootEnv, { ...auth.env, ...env }));

    const { status, body } = await callRest(other.handler, 'GET', '/ready');

    expect(status).toBe(503);
    expect(body).toMatchObject({ error: { message: `Not ready: ${told}.`, details: { checks: down } } });
    await other.close();
  });

  it('is not ready while those who ask the model have given it up', async () => {
    const redis = openRedis(auth.env.REDIS_URL ?? '');
    await redis.set(platformKey('breaker', 'ollama-chat'), '1', 'PX', 30_000);
    const other = openAuthApi(readEnv(RootEnv, auth.env));

    const { body } = await callRest(other.handler, 'GET', '/ready');

    await redis.del(platformKey('breaker', 'ollama-chat'));
    expect(body).toMatchObject({ error: { message: 'Not ready: models (given up after failures).' } });
    redis.disconnect();
    await other.close();
  });

  it('refuses its counters with a reason while Redis, which keeps them, is away', async () => {
    const other = openAuthApi(
      readEnv(RootEnv, { ...auth.env, REDIS_URL: 'redis://127.0.0.1:9', METRICS_TOKEN: 'the-metrics-token' }),
    );

    const { status, headers, body } = await callRest(other.handler, 'GET', '/metrics', { token: 'the-metrics-token' });

    expect([status, headers['Retry-After']]).toEqual([503, '5']);
    expect(body).toMatchObject({
      error: { code: 'DEPENDENCY_UNAVAILABLE', message: expect.stringContaining('Redis') },
    });
    await other.close();
  });

  it('shows its counters to the holder of the token only', async () => {
    const refused = await auth.call('GET', '/metrics');
    const shown = await auth.call('GET', '/metrics', { token: 'the-metrics-token' });

    expect(refused.status).toBe(401);
    expect(shown.status).toBe(200);
    expect(shown.text).toContain('understudy_requests_total');
  });

  it.each(['/nothing', '/v1/nothing', '/v1/auth/nothing', '/v1/hubs'])('answers %s by the envelope', async (path) => {
    const answer = await auth.call('GET', path, { headers: { 'X-Request-ID': 'my-request-1' } });

    expect(answer.status).toBe(404);
    expect(answer.headers['X-Request-ID']).toBe('my-request-1');
    expect(answer.body).toMatchObject({ error: { code: 'NOT_FOUND', details: {}, request_id: 'my-request-1' } });
  });

  it('answers another method by 405 and what is allowed', async () => {
    const answer = await auth.call('GET', '/v1/auth/login');

    expect([answer.status, answer.headers.Allow]).toEqual([405, 'POST']);
  });

  it('lets the console read its answers and no other origin', async () => {
    const headersFor = async (origin: string) =>
      (await auth.call('GET', '/v1/auth/me', { headers: { Origin: origin } })).headers['Access-Control-Allow-Origin'];

    expect(await headersFor(CONSOLE)).toBe(CONSOLE);
    expect(await headersFor('http://evil.test')).toBeUndefined();
  });
});

describe('what needs a credential', () => {
  const routes = [
    ['POST', '/v1/auth/logout'],
    ['GET', '/v1/auth/me'],
    ['POST', '/v1/auth/password/change'],
    ['GET', '/v1/auth/sessions'],
    ['DELETE', '/v1/auth/sessions'],
    ['DELETE', '/v1/auth/sessions/7c9e6679-7425-40de-944b-e07fc1f90ae7'],
    ['GET', '/v1/auth/api-keys'],
    ['POST', '/v1/auth/api-keys'],
    ['DELETE', '/v1/auth/api-keys/7c9e6679-7425-40de-944b-e07fc1f90ae7'],
  ] as const;
  const credentials = [
    ['none', {}],
    ['an empty one', { headers: { Authorization: '' } }],
    ['another scheme', { headers: { Authorization: 'Basic YTpi' } }],
    ['nonsense', { token: 'nonsense' }],
    ['an unknown key', { token: `uk_${'A'.repeat(43)}` }],
    ['a malformed key', { token: 'uk_x' }],
  ] as const;

  it.each(routes)('%s %s refuses what is none', async (method, path) => {
    const answers = await Promise.all(credentials.map(([, request]) => auth.call(method, path, request)));

    for (const { status, body } of answers) {
      expect(status).toBe(401);
      expect(body).toMatchObject({ error: { code: 'AUTHENTICATION_REQUIRED' } });
    }
  });

  it.each(routes)('%s %s refuses a key without the permission', async (method, path) => {
    const { tokens } = await auth.signUp();
    const made = await auth.call('POST', '/v1/auth/api-keys', {
      token: tokens.access_token,
      body: { name: 'weak', permissions: ['documents:read'] },
    });

    const answer = await auth.call(method, path, { token: (made.body as { secret: string }).secret });

    expect(answer.status).toBe(403);
  });
});
