import type { RedisClient } from '../../clients/redis.ts';
import { creatorKey } from '../../config/redis-keys.ts';

/** The quick way to a running generation; the durable one is the turn's own row. */
export interface CancelSignal {
  raise(creatorId: string, turnId: string): Promise<void>;
  isRaised(creatorId: string, turnId: string): Promise<boolean>;
}

/** Longer than any generation runs. */
const KEPT_MS = 10 * 60_000;

export function openCancelSignal(redis: RedisClient): CancelSignal {
  const keyOf = (creatorId: string, turnId: string) => creatorKey(creatorId, 'turn', turnId, 'cancel');
  return {
    raise: async (creatorId, turnId) => {
      await redis.set(keyOf(creatorId, turnId), '1', 'PX', KEPT_MS);
    },
    isRaised: async (creatorId, turnId) => (await redis.exists(keyOf(creatorId, turnId))) === 1,
  };
}
