import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AuthApi, openAuthApi } from '../../../functions/auth/auth-api.ts';
import { openRedis, type RedisClient } from '../../../shared/clients/redis.ts';
import { RootEnv, readEnv } from '../../../shared/config/env-constants.ts';
import { openRateLimiter, type RateLimiter } from '../../../shared/security/rate-limiter.ts';
import { type AuthService, someEmail, startAuthService } from '../../support/auth-service.ts';
import { callRest } from '../../support/rest-event.ts';
import { figure, tellFigure, WITHIN_MS } from '../../support/safety/figures.ts';
import { testRedisUrl } from '../../support/test-redis.ts';

const CLIENTS = 4;
const NOBODY = 'redis://127.0.0.1:9';
const OVERSHOOT = 1.05;
/** The contract's limits. */
const LIMITS = [
  { name: 'register', points: 30, perSeconds: 3_600 },
  { name: 'login', points: 10, perSeconds: 900 },
  { name: 'login-address', points: 100, perSeconds: 3_600 },
  { name: 'rest', points: 600, perSeconds: 60 },
  { name: 'visitor-session', points: 60, perSeconds: 3_600 },
  { name: 'visitor-message', points: 20, perSeconds: 60 },
];

/** How many of twice as many attempts as allowed come through, of four instances that ask at once. */
async function admitted(
  limiters: readonly RateLimiter[],
  { name, ...limit }: (typeof LIMITS)[number],
): Promise<number> {
  const subject = randomUUID();
  const attempts = Array.from({ length: limit.points * 2 }, (_, place) =>
    (limiters[place % limiters.length] as RateLimiter).consume(name, subject, limit),
  );
  return (await Promise.allSettled(attempts)).filter(({ status }) => status === 'fulfilled').length;
}

describe.each([
  ['with Redis', (): string => testRedisUrl(), 1],
  ['without Redis', (): string => NOBODY, 0],
] as const)('A13: four instances at once %s', (state, redisUrl, least) => {
  let clients: RedisClient[];
  let limiters: RateLimiter[];
  beforeAll(() => {
    clients = Array.from({ length: CLIENTS }, () => openRedis(redisUrl()));
    limiters = clients.map((redis) => openRateLimiter({ redis, factor: 1 }));
  });
  afterAll(() => {
    for (const client of clients) client.disconnect();
  });

  test.each(LIMITS)('admit no more than $name allows ($points)', async (limit) => {
    const count = await admitted(limiters, limit);

    tellFigure('A13', `${limit.name} ${state}`, `≤ ${Math.floor(limit.points * OVERSHOOT)}`, String(count));
    expect(count).toBeLessThanOrEqual(limit.points * OVERSHOOT);
    expect(count).toBeGreaterThanOrEqual(Math.max(1, limit.points * least));
  });
});

describe('A13: four clients at once', () => {
  let auth: AuthService;
  let withoutRedis: AuthApi;
  beforeAll(async () => {
    auth = await startAuthService();
    withoutRedis = openAuthApi(readEnv(RootEnv, { ...auth.env, REDIS_URL: NOBODY }));
  });
  afterAll(async () => {
    await withoutRedis?.close();
    await auth?.stop();
  });

  const hosts = { 'with Redis': () => auth, 'without Redis': () => withoutRedis } as const;
  const callAt = (state: keyof typeof hosts, method: string, path: string, request: object) => {
    const host = hosts[state]();
    return 'handler' in host ? callRest(host.handler, method, path, request) : host.call(method, path, request);
  };
  /** Each client sends one after the other, all clients at once; gives how often they were let in. */
  async function letIn(each: number, send: () => Promise<number>): Promise<number> {
    const client = async () => {
      let count = 0;
      for (let sent = 0; sent < each; sent++) if ((await send()) !== 429) count += 1;
      return count;
    };
    return (await Promise.all(Array.from({ length: CLIENTS }, client))).reduce((sum, count) => sum + count, 0);
  }

  test.each(['with Redis', 'without Redis'] as const)(
    'guess no more than ten passwords of an account %s',
    async (state) => {
      const body = { email: someEmail(), password: 'a wrong password' };
      const sourceIp = randomUUID();

      const count = await letIn(
        5,
        async () => (await callAt(state, 'POST', '/v1/auth/login', { body, sourceIp })).status,
      );

      tellFigure('A13', `login by REST ${state}`, '≤ 10', String(count));
      expect(count).toBeLessThanOrEqual(10);
      expect(count).toBeGreaterThan(0);
    },
    WITHIN_MS,
  );

  test.each(['with Redis', 'without Redis'] as const)(
    'of one creator make no more than 600 requests a minute %s',
    async (state) => {
      const { tokens } = await auth.signUp();
      const startedAt = Date.now();

      const count = await letIn(figure(160, 300), async () => {
        const answer = await callAt(state, 'GET', '/v1/auth/me', { token: tokens.access_token });
        return answer.status;
      });

      // The window may have begun anew on a machine that took longer than a minute.
      const windows = 1 + Math.floor((Date.now() - startedAt) / 60_000);
      tellFigure('A13', `requests of a creator ${state}`, `≤ ${630 * windows}`, String(count));
      expect(count).toBeLessThanOrEqual(600 * OVERSHOOT * windows);
      expect(count).toBeGreaterThan(0);
    },
    WITHIN_MS,
  );

  test('are told how many are left, also where they are refused for another reason', async () => {
    const body = { email: someEmail(), password: 'a wrong password' };
    const sourceIp = randomUUID();
    const logIn = (more: object = {}) =>
      callAt('with Redis', 'POST', '/v1/auth/login', { body: { ...body, ...more }, sourceIp });

    const [first, second] = [await logIn(), await logIn()];

    expect([first, second]).toMatchObject([
      { status: 401, headers: { 'RateLimit-Limit': '10', 'RateLimit-Remaining': '9' } },
      { status: 401, headers: { 'RateLimit-Limit': '10', 'RateLimit-Remaining': '8' } },
    ]);
  });

  test('are told when to come back, and by which limit', async () => {
    const body = { email: someEmail(), password: 'a wrong password' };
    const sourceIp = randomUUID();
    await letIn(3, async () => (await callAt('with Redis', 'POST', '/v1/auth/login', { body, sourceIp })).status);

    const { status, headers } = await callAt('with Redis', 'POST', '/v1/auth/login', { body, sourceIp });

    expect(status).toBe(429);
    expect(headers).toMatchObject({ 'RateLimit-Limit': '10', 'RateLimit-Remaining': '0' });
    expect(Number(headers['Retry-After'])).toBeGreaterThan(0);
    expect(headers['RateLimit-Reset']).toBe(headers['Retry-After']);
  });
});
