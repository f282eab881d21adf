import { openRedis } from '../../shared/clients/redis.ts';
import { creatorKey } from '../../shared/config/redis-keys.ts';
import { endpoints } from './host-under-test.ts';
import type { Frame } from './visitor.ts';

/** Every frame of a conversation that the host under test has numbered and still keeps, in order. */
export async function keptFrames(creatorId: string, conversationId: string): Promise<Frame[]> {
  const redis = openRedis(endpoints().redis_url);
  try {
    const entries = await redis.xrange(creatorKey(creatorId, 'conversation', conversationId, 'frames'), '-', '+');
    return entries.map(([id, [, body = '']]) => ({ ...JSON.parse(body), seq: Number.parseInt(id, 10) }));
  } finally {
    redis.disconnect();
  }
}
