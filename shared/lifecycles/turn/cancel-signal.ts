import type { RedisClient } from '../../clients/redis.ts';
import { creatorKey } from '../../config/redis-keys.ts';

/** The quick way to a running generation; the durable one is the turn's own row. */
export interface CancelSignal {
  raise(creatorId: string, turnId: string): Promise<void>;
  /** Which of a creator's turns it was raised for. */
  raisedAmong(creatorId: string, turnIds: readonly string[]): Promise<readonly string[]>;
}

/** Longer than any generation runs. */
const KEPT_MS = 10 * 60_000;

/** Marks in Redis, for ten minutes. Both functions throw what ioredis says when it is away. */
export function openCancelSignal(redis: RedisClient): CancelSignal {
  const keyOf = (creatorId: string, turnId: string) => creatorKey(creatorId, 'turn', turnId, 'cancel');
  return {
    raise: async (creatorId, turnId) => {
      await redis.set(keyOf(creatorId, turnId), '1', 'PX', KEPT_MS);
    },
    raisedAmong: async (creatorId, turnIds) => {
      const marks = await redis.mget(turnIds.map((turnId) => keyOf(creatorId, turnId)));
      return turnIds.filter((_, place) => marks[place] !== null);
    },
  };
}
