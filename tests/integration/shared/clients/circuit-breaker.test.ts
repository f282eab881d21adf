import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openCircuitBreaker } from '../../../../shared/clients/circuit-breaker.ts';
import { openRedis, type RedisClient } from '../../../../shared/clients/redis.ts';
import { testRedisUrl } from '../../../support/test-redis.ts';
import { until } from '../../../support/until.ts';

describe('circuit breakers of several instances', () => {
  let redis: RedisClient;

  beforeAll(() => {
    redis = openRedis(testRedisUrl());
  });

  afterAll(() => redis?.disconnect());

  const fail = () => Promise.reject(new Error('down'));

  test('learn from each other at their first failure', async () => {
    const name = `test-${randomUUID()}`;
    const instance = () => openCircuitBreaker({ name, redis, failures: 2, openMs: 5_000, isFailure: () => true });
    const [first, second] = [instance(), instance()];
    for (let call = 0; call < 2; call++) await first.execute(fail).catch(() => {});
    await until('the news to reach Redis', async () => (await redis.exists(`platform:breaker:${name}`)) === 1);

    await expect(second.execute(fail)).rejects.toThrow('down');

    await expect(second.execute(async () => 'works')).rejects.toMatchObject({ code: 'DEPENDENCY_UNAVAILABLE' });
  });
});
