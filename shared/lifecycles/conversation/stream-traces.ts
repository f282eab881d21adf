import { answered, type RedisClient } from '../../clients/redis.ts';
import type { StreamKeys } from './stream-keys.ts';

const ERASED_MS = 60 * 60_000;

/** The connections, one at least, are live no more. @throws RedisUnavailableError */
export async function dropConnections(
  redis: RedisClient,
  [, , cursors, pumps]: StreamKeys,
  connectionIds: readonly string[],
): Promise<void> {
  await answered(Promise.all([redis.hdel(cursors, ...connectionIds), redis.hdel(pumps, ...connectionIds)]));
}

/** Nobody is live any more. @returns the connections that were @throws RedisUnavailableError */
export async function dropAllConnections(redis: RedisClient, keys: StreamKeys): Promise<readonly string[]> {
  const [, , cursors] = keys;
  const live = await answered(redis.hkeys(cursors));
  if (live.length > 0) await dropConnections(redis, keys, live);
  return live;
}

/** The highest number in use; undefined where none is known. @throws RedisUnavailableError */
export async function readSeq(redis: RedisClient, [, seqKey]: StreamKeys): Promise<number | undefined> {
  const seq = await answered(redis.get(seqKey));
  return seq === null ? undefined : Number(seq);
}

/**
 * Removes everything, and keeps late writers from leaving anything.
 *
 * @returns the connections that were live
 * @throws RedisUnavailableError
 */
export async function eraseTraces(
  redis: RedisClient,
  [frames, seq, cursors, pumps, once, erased]: StreamKeys,
): Promise<readonly string[]> {
  await answered(redis.set(erased, '1', 'PX', ERASED_MS));
  const live = await answered(redis.hkeys(cursors));
  await answered(redis.del(frames, seq, cursors, pumps, once));
  return live;
}
