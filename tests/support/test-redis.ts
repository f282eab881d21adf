import { requireVariable } from './test-database.ts';

/** The run's Redis server. It is shared: a test keeps to the keys of creators it made itself. */
export function testRedisUrl(): string {
  return requireVariable('TEST_REDIS_URL');
}
