import { Redis } from 'ioredis';
import type { RedisClient } from '../../shared/clients/redis.ts';

/** Counts what a client sends to Redis from now on, by the command's name; scripts count as `evalsha`. */
export function countCommands(redis: RedisClient): ReadonlyMap<string, number> {
  if (!(redis instanceof Redis)) throw new TypeError('only the commands of a single server are counted');
  const counts = new Map<string, number>();
  const send = redis.sendCommand.bind(redis);
  redis.sendCommand = (...args: Parameters<typeof send>) => {
    const [{ name }] = args;
    counts.set(name, (counts.get(name) ?? 0) + 1);
    return send(...args);
  };
  return counts;
}
