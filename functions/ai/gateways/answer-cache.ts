import { createHash, randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { RedisClient } from '../../../shared/clients/redis.ts';
import { redisScript } from '../../../shared/clients/redis-script.ts';
import { creatorKey } from '../../../shared/config/redis-keys.ts';
import { Citation } from '../../../shared/models/citation.ts';
import { log } from '../../../shared/observability/logger.ts';

/** An answer as it is kept; `finishReason` never `cancelled`, for half an answer is not kept. */
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

/** What is known before a question is answered. */
export interface Remembered {
  readonly answer: CachedAnswer | undefined;
  /** Which forgetting was the last: an answer is kept only when none came since. Undefined when nothing can be kept. */
  readonly mark: string | undefined;
}

/** Answers to questions that lean on nothing before them. Losing it costs time only: reading and writing never throw. */
export interface AnswerCache {
  /** `parts` is whatever the answer depends on besides its basis; only a digest of it is kept. */
  read(creatorId: string, parts: readonly string[]): Promise<Remembered>;
  /**
   * Keeps an answer unless the creator's were forgotten since `mark` was read, which has to be before the material was:
   * its words may be those that are being erased.
   */
  write(creatorId: string, parts: readonly string[], answer: CachedAnswer, mark: string | undefined): Promise<void>;
  /** Removes every answer of the creator: their words may come from a document that is being erased. */
  forget(creatorId: string): Promise<void>;
}

const TTL_SECONDS = 3_600;
/** Beyond it the creator's answers are dropped and begun anew: 2,000 of 3 KB. */
const MAX_ANSWERS = 2_000;
/** A field beside the answers, whose names are longer. It outlives whatever is being answered when it is set. */
const MARK = 'forgotten';

/** Keys: the answers. Arguments: the mark, the answer's name and value, the most answers, the life in seconds. */
const WRITE = `
local mark = redis.call('hget', KEYS[1], '${MARK}') or ''
if mark ~= ARGV[1] then return 0 end
if redis.call('hlen', KEYS[1]) >= tonumber(ARGV[4]) then
  redis.call('del', KEYS[1])
  if mark ~= '' then redis.call('hset', KEYS[1], '${MARK}', mark) end
end
redis.call('hset', KEYS[1], ARGV[2], ARGV[3])
redis.call('expire', KEYS[1], ARGV[5])
return 1`;
/** Keys: the answers. Arguments: a mark that was never there, the life in seconds. */
const FORGET = `
redis.call('del', KEYS[1])
redis.call('hset', KEYS[1], '${MARK}', ARGV[1])
redis.call('expire', KEYS[1], ARGV[2])
return 1`;

/** Answers in one hash for each creator, for an hour after the last was kept. Redis away: nothing is remembered. */
export function openAnswerCache({ redis }: { redis: RedisClient }): AnswerCache {
  const write = redisScript(redis, WRITE);
  return {
    async read(creatorId, parts) {
      try {
        const [stored, mark] = await redis.hmget(keyOf(creatorId), digest(parts), MARK);
        return { answer: stored ? CachedAnswer.parse(JSON.parse(stored)) : undefined, mark: mark ?? '' };
      } catch (error) {
        log.debug('the answer cache is away', { reason: String(error) });
        return { answer: undefined, mark: undefined };
      }
    },
    async write(creatorId, parts, answer, mark) {
      if (mark === undefined) return;
      try {
        const args = [mark, digest(parts), JSON.stringify(answer), MAX_ANSWERS, TTL_SECONDS];
        await write([keyOf(creatorId)], args);
      } catch (error) {
        log.debug('an answer was not kept', { reason: String(error) });
      }
    },
    forget: openForgetting(redis),
  };
}

/** `AnswerCache.forget` alone. @throws RedisUnavailableError */
export function openForgetting(redis: RedisClient): AnswerCache['forget'] {
  const forget = redisScript(redis, FORGET);
  return async (creatorId) => {
    await forget([keyOf(creatorId)], [randomUUID(), TTL_SECONDS]);
  };
}

const keyOf = (creatorId: string) => creatorKey(creatorId, 'answers');

/** Questions are visitors' words: they do not stand in Redis. */
function digest(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}
