import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { RedisClient } from '../../../shared/clients/redis.ts';
import { creatorKey } from '../../../shared/config/redis-keys.ts';
import { Citation } from '../../../shared/models/citation.ts';
import { log } from '../../../shared/observability/logger.ts';

export const CachedAnswer = z.object({
  /** What it was made from: another version of the knowledge or other settings make it void. */
  basis: z.string(),
  text: z.string(),
  refused: z.boolean(),
  evidence: z.number(),
  citations: z.array(Citation),
  finishReason: z.enum(['stop', 'length']),
});
export type CachedAnswer = z.infer<typeof CachedAnswer>;

/** Answers to questions that lean on nothing before them. Losing it costs time only: nothing here ever throws. */
export interface AnswerCache {
  /** `parts` is whatever the answer depends on besides its basis; only a digest of it is kept. */
  read(creatorId: string, parts: readonly string[]): Promise<CachedAnswer | undefined>;
  write(creatorId: string, parts: readonly string[], answer: CachedAnswer): Promise<void>;
  /** Removes every answer of the creator: their words may come from a document that is being erased. */
  forget(creatorId: string): Promise<void>;
}

const TTL_SECONDS = 3_600;
/** Beyond it the creator's answers are dropped and begun anew: 2,000 of 3 KB. */
const MAX_ANSWERS = 2_000;

export function openAnswerCache({ redis }: { redis: RedisClient }): AnswerCache {
  const keyOf = (creatorId: string) => creatorKey(creatorId, 'answers');
  return {
    async read(creatorId, parts) {
      try {
        const stored = await redis.hget(keyOf(creatorId), digest(parts));
        return stored === null ? undefined : CachedAnswer.parse(JSON.parse(stored));
      } catch (error) {
        log.debug('the answer cache is away', { reason: String(error) });
        return undefined;
      }
    },
    async write(creatorId, parts, answer) {
      const key = keyOf(creatorId);
      try {
        if ((await redis.hlen(key)) >= MAX_ANSWERS) await redis.del(key);
        // One script's worth of work, but each step alone does no harm.
        await redis.hset(key, digest(parts), JSON.stringify(answer));
        await redis.expire(key, TTL_SECONDS);
      } catch (error) {
        log.debug('an answer was not kept', { reason: String(error) });
      }
    },
    async forget(creatorId) {
      await redis.del(keyOf(creatorId));
    },
  };
}

/** Questions are visitors' words: they do not stand in Redis. */
function digest(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}
