import { createHash } from 'node:crypto';
import RateLimiterMemory from 'rate-limiter-flexible/lib/RateLimiterMemory.js';
import RateLimiterRedis from 'rate-limiter-flexible/lib/RateLimiterRedis.js';
import RateLimiterRes from 'rate-limiter-flexible/lib/RateLimiterRes.js';
import { mayAnswer, type RedisClient } from '../clients/redis.ts';
import { creatorKey, platformKey } from '../config/redis-keys.ts';
import { APIError } from '../errors/api-error.ts';
import { log } from '../observability/logger.ts';

export interface Limit {
  /** How many in each window, before `RATE_LIMIT_FACTOR`. */
  readonly points: number;
  readonly perSeconds: number;
}

/** Who is counted: a creator (with whatever belongs to it), or what exists before one is known, such as an address. */
export type LimitSubject = string | { readonly creatorId: string; readonly of?: string };

export interface LimitCounter extends Limit {
  readonly name: string;
  readonly subject: LimitSubject;
  /** How many this one counts for; 1 unless said. */
  readonly cost?: number;
}

export interface LimitState {
  readonly limit: number;
  readonly remaining: number;
  readonly resetSeconds: number;
}

export interface RateLimiter {
  /** @throws APIError RATE_LIMITED with `Retry-After` and the `RateLimit-*` headers */
  consume(name: string, subject: LimitSubject, limit: Limit, cost?: number): Promise<LimitState>;
  /**
   * Counts in all of them, in one round trip, and tells the one with the least left.
   * @throws APIError RATE_LIMITED for the one that takes longest to reset
   */
  consumeAll(counters: readonly LimitCounter[]): Promise<LimitState>;
  /** Starts afresh, as after a successful login. */
  forget(name: string, subject: LimitSubject): Promise<void>;
}

/** While Redis is away a hit costs four: four instances that count apart do not add up to more than the limit. */
const COST_WITHOUT_REDIS = 4;

/**
 * Limits shared by all instances, in Redis. When Redis is away each instance counts by itself, more strictly, and goes
 * on from what it last knew of busy subjects: an outage opens no gate.
 */
export function openRateLimiter({ redis, factor }: { redis: RedisClient; factor: number }): RateLimiter {
  const pairs = new Map<string, Pair>();

  const pairFor = (name: string, limit: Limit): Pair => {
    const points = Math.max(1, Math.round(limit.points * factor));
    const id = `${name}:${points}:${limit.perSeconds}`;
    const known = pairs.get(id);
    if (known) return known;
    const options = { points, duration: limit.perSeconds, keyPrefix: '' };
    const pair = {
      points,
      shared: new RateLimiterRedis({ ...options, storeClient: redis }),
      local: new RateLimiterMemory(options),
    };
    pairs.set(id, pair);
    return pair;
  };

  const hit = async ({ name, subject, cost = 1, ...limit }: LimitCounter): Promise<Hit> => {
    const pair = pairFor(name, limit);
    const key = keyOf(name, subject);
    if (mayAnswer(redis)) {
      const outcome = await pair.shared.consume(key, cost).catch((thrown: unknown) => thrown);
      if (outcome instanceof RateLimiterRes) {
        await rememberWhenBusy(pair, key, outcome);
        return toHit(name, pair.points, outcome);
      }
      log.warn('limits are counted locally', { reason: outcome instanceof Error ? outcome.message : 'unknown' });
    }
    const outcome = await pair.local
      .consume(key, Math.min(cost * COST_WITHOUT_REDIS, pair.points))
      .catch((thrown: RateLimiterRes) => thrown);
    return toHit(name, pair.points, outcome);
  };

  const consumeAll = async (counters: readonly LimitCounter[]): Promise<LimitState> => {
    const hits = await Promise.all(counters.map(hit)); // Written to one connection back to back: one round trip.
    const refused = hits.filter((each) => each.refused).sort((a, b) => b.resetSeconds - a.resetSeconds)[0];
    if (refused) throw rateLimited(refused);
    const [tightest] = hits.sort((a, b) => a.remaining / a.limit - b.remaining / b.limit);
    if (!tightest) throw new TypeError('nothing to count');
    return tightest;
  };

  return {
    consumeAll,
    consume: (name, subject, limit, cost) => consumeAll([{ name, subject, cost, ...limit }]),
    async forget(name, subject) {
      const key = keyOf(name, subject);
      for (const [id, pair] of pairs) if (id.startsWith(`${name}:`)) await pair.local.delete(key);
      await redis.del(key).catch(() => 0);
    },
  };
}

/** The headers of an answer that was counted. */
export function rateLimitHeaders(state: LimitState): Record<string, string> {
  return {
    'RateLimit-Limit': String(state.limit),
    'RateLimit-Remaining': String(state.remaining),
    'RateLimit-Reset': String(state.resetSeconds),
  };
}

interface Pair {
  readonly points: number;
  readonly shared: RateLimiterRedis;
  readonly local: RateLimiterMemory;
}

interface Hit extends LimitState {
  readonly name: string;
  readonly refused: boolean;
}

/** Subjects are hashed: addresses and e-mails do not stand in Redis, and no input can shape a key. */
function keyOf(name: string, subject: LimitSubject): string {
  if (typeof subject === 'string') return platformKey('limit', name, digest(subject));
  return creatorKey(subject.creatorId, 'limit', name, ...(subject.of === undefined ? [] : [digest(subject.of)]));
}

const digest = (text: string) => createHash('sha256').update(text).digest('base64url').slice(0, 22);

/** Only from half the limit on, so that a flood of rare subjects does not fill the instance's memory. */
async function rememberWhenBusy(pair: Pair, key: string, known: RateLimiterRes): Promise<void> {
  if (known.consumedPoints * 2 < pair.points) return;
  await pair.local.set(key, Math.min(known.consumedPoints, pair.points), Math.ceil(known.msBeforeNext / 1_000));
}

function toHit(name: string, limit: number, outcome: RateLimiterRes): Hit {
  return {
    name,
    limit,
    refused: outcome.consumedPoints > limit,
    remaining: Math.max(0, limit - outcome.consumedPoints),
    resetSeconds: Math.max(1, Math.ceil(outcome.msBeforeNext / 1_000)),
  };
}

function rateLimited(hit: Hit): APIError {
  log.security('rate_limited', { limit: hit.name });
  return new APIError('RATE_LIMITED', 'Too many requests. Please wait a moment.', {
    details: { retry_after_seconds: hit.resetSeconds },
    headers: { 'Retry-After': String(hit.resetSeconds), ...rateLimitHeaders(hit) },
  });
}
