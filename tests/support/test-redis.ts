import { openRedis, type RedisClient } from '../../shared/clients/redis.ts';
import { requireVariable } from './test-database.ts';

/** The run's Redis server. It is shared: a test keeps to the keys of creators it made itself. */
export function testRedisUrl(): string {
  return requireVariable('TEST_REDIS_URL');
}

/** A busy machine is no outage: commands may take longer here than a function lets them. */
const TIMEOUT_MS = 15_000;

/** A client of the run's server; who opens it ends it. */
export const openTestRedis = (): RedisClient => openRedis(testRedisUrl(), { timeoutMs: TIMEOUT_MS });
