import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRedis } from '../../../../shared/clients/redis.ts';
import { openPool } from '../../../../shared/database/pool.ts';
import { newApiKey } from '../../../../shared/security/api-key.ts';
import { openCreatorAuthenticator } from '../../../../shared/security/creator-authenticator.ts';
import { openRateLimiter } from '../../../../shared/security/rate-limiter.ts';
import { type AuthService, startAuthService } from '../../../support/auth-service.ts';
import { testRedisUrl } from '../../../support/test-redis.ts';

let auth: AuthService;
beforeAll(async () => {
  auth = await startAuthService();
});
afterAll(() => auth.stop());

describe('API keys that nobody has', () => {
  test('are let through 120 times a minute for an address; who has a good one goes on there', async () => {
    const { tokens } = await auth.signUp();
    const body = { name: 'good', permissions: ['account:manage'] };
    const made = await auth.call('POST', '/v1/auth/api-keys', { token: tokens.access_token, body });
    const { secret } = made.body as { secret: string };
    const sourceIp = randomUUID();
    const ask = async (token: string, from = sourceIp) =>
      (await auth.call('GET', '/v1/auth/me', { token, sourceIp: from })).status;
    const before = await ask(secret);

    const guesses: number[] = [];
    for (let n = 0; n < 140; n += 1) guesses.push(await ask(newApiKey()));

    expect(guesses).toEqual([...Array(120).fill(401), ...Array(20).fill(429)]);
    expect([before, await ask(secret), await ask(tokens.access_token)]).toEqual([200, 200, 200]);
    expect(await ask(newApiKey(), randomUUID())).toBe(401);
  });

  test('are not looked up any more once the address has none left', async () => {
    const redis = openRedis(testRedisUrl());
    const pool = openPool(auth.database.urlFor('auth'));
    let lookUps = 0;
    const counted = Object.assign(Object.create(pool), {
      query: (...args: Parameters<typeof pool.query>) => {
        lookUps += 1;
        return pool.query(...args);
      },
    });
    const limiter = openRateLimiter({ redis, factor: 0.1 });
    const authenticate = openCreatorAuthenticator({ pool: counted, redis, limiter, issuer: 'https://api.example' });
    const sourceIp = randomUUID();

    for (let n = 0; n < 40; n += 1) {
      await expect(authenticate(`Bearer ${newApiKey()}`, sourceIp)).rejects.toThrow();
    }

    expect(lookUps).toBe(12);
    redis.disconnect();
    await pool.end();
  });
});
