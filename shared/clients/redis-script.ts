import { createHash } from 'node:crypto';
import { answered, type RedisClient } from './redis.ts';

export type ScriptArgument = string | number;

/**
 * Runs one Lua script by its digest; the text travels only where the server does not know it yet.
 * @throws RedisUnavailableError when Redis does not answer
 */
export type RedisScript = (keys: readonly string[], args: readonly ScriptArgument[]) => Promise<unknown>;

/** All keys of one call must share a slot (see `creatorKey`): a cluster refuses anything else. */
export function redisScript(redis: RedisClient, lua: string): RedisScript {
  const digest = createHash('sha1').update(lua).digest('hex');
  return async (keys, args) => {
    try {
      return await answered(redis.evalsha(digest, keys.length, ...keys, ...args));
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
      return answered(redis.eval(lua, keys.length, ...keys, ...args));
    }
  };
}
