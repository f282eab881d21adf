import { createHash } from 'node:crypto';
import RateLimiterMemory from 'rate-limiter-flexible/lib/RateLimiterMemory.js';
import RateLimiterRedis from 'rate-limiter-flexible/lib/RateLimiterRedis.js';
import RateLimiterRes from 'rate-limiter-flexible/lib/RateLimiterRes.js';
import { mayAnswer, type RedisClient } from '../clients/redis.ts';
import { creatorKey, platformKey } from '../config/redis-keys.ts';
import { log } from '../observability/logger.ts';
import { type Counted, type CounterPair, catchUp, rememberWhenBusy } from './counter-pair.ts';

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

/** Where a counter stands after a hit. */
export interface Hit extends LimitState {
  readonly name: string;
  readonly refused: boolean;
}

/** A hit that can be undone. */
export interface CountedHit extends Hit {
  /** Uncounts it, there where it was counted. Never fails: what cannot be taken back counts until its window ends. */
  readonly takeBack: () => Promise<void>;
}

export interface LimitCounters {
  /** Counts, whether or not that is too much. Hits of one turn of the event loop share a round trip. */
  hit(counter: LimitCounter): Promise<CountedHit>;
  /** Counts in this instance alone, without a round trip: a bound for floods, which others share the work of. */
  hitHere(counter: LimitCounter): Promise<Hit>;
  /** Where the next hit would stand by what this instance knows of busy subjects: without a round trip, nothing is counted. */
  foresee(counter: LimitCounter): Promise<Hit>;
  /** Starts afresh, under whatever limits the name was counted. */
  forget(name: string, subject: LimitSubject): Promise<void>;
}

/** While Redis is away a hit costs four: four instances that count apart do not add up to more than the limit. */
const COST_WITHOUT_REDIS = 4;

/**
 * Counters shared by all instances, in Redis. When Redis is away each instance counts by itself, more strictly, and goes
 * on from what it last knew of busy subjects. When Redis is back, perhaps with nothing in it, it is told what was counted.
 */
export function openLimitCounters({ redis, factor }: { redis: RedisClient; factor: number }): LimitCounters {
  const pairs = new Map<string, CounterPair>();
  /** Rises with every connection: what was known before it may be more than the server knows now. */
  let connection = 0;
  redis.on('ready', () => {
    connection += 1;
  });

  const pairFor = (name: string, limit: Limit): CounterPair => {
    const points = Math.max(1, Math.round(limit.points * factor));
    const id = `${name}:${points}:${limit.perSeconds}`;
    const known = pairs.get(id);
    if (known) return known;
    const options = { points, duration: limit.perSeconds, keyPrefix: '' };
    const pair = {
      points,
      shared: new RateLimiterRedis({ ...options, storeClient: redis }),
      local: new RateLimiterMemory(options),
      toldOn: new Map<string, number>(),
    };
    pairs.set(id, pair);
    return pair;
  };

  const hit: LimitCounters['hit'] = async ({ name, subject, cost = 1, ...limit }) => {
    const pair = pairFor(name, limit);
    const key = keyOf(name, subject);
    if (mayAnswer(redis)) {
      const outcome = await pair.shared.consume(key, cost).catch((thrown: unknown) => thrown);
      if (outcome instanceof RateLimiterRes) {
        const counted = await catchUp(pair, key, { cost, outcome, connection });
        await rememberWhenBusy(pair, key, counted, connection);
        return takingBack(toHit(name, pair.points, counted), () => pair.shared.reward(key, cost));
      }
      log.warn('limits are counted locally', { reason: outcome instanceof Error ? outcome.message : 'unknown' });
    }
    const dearly = Math.min(cost * COST_WITHOUT_REDIS, pair.points);
    const outcome = await pair.local.consume(key, dearly).catch((thrown: RateLimiterRes) => thrown);
    return takingBack(toHit(name, pair.points, outcome), () => pair.local.reward(key, dearly));
  };

  return {
    hit,
    async hitHere({ name, subject, cost = 1, ...limit }) {
      const { local, points } = pairFor(name, limit);
      const outcome = await local.consume(keyOf(name, subject), cost).catch((thrown: RateLimiterRes) => thrown);
      return toHit(name, points, outcome);
    },
    async foresee({ name, subject, cost = 1, ...limit }) {
      const { local, points } = pairFor(name, limit);
      const { consumedPoints = 0, msBeforeNext = 0 } = (await local.get(keyOf(name, subject))) ?? {};
      return toHit(name, points, { consumedPoints: consumedPoints + cost, msBeforeNext });
    },
    async forget(name, subject) {
      const key = keyOf(name, subject);
      for (const [id, pair] of pairs) if (id.startsWith(`${name}:`)) await pair.local.delete(key);
      await redis.del(key).catch(() => 0);
    },
  };
}

/** Subjects are hashed: addresses and e-mails do not stand in Redis, and no input can shape a key. */
function keyOf(name: string, subject: LimitSubject): string {
  if (typeof subject === 'string') return platformKey('limit', name, digest(subject));
  return creatorKey(subject.creatorId, 'limit', name, ...(subject.of === undefined ? [] : [digest(subject.of)]));
}

const digest = (text: string) => createHash('sha256').update(text).digest('base64url').slice(0, 22);

function toHit(name: string, limit: number, outcome: Counted): Hit {
  return {
    name,
    limit,
    refused: outcome.consumedPoints > limit,
    remaining: Math.max(0, limit - outcome.consumedPoints),
    resetSeconds: Math.max(1, Math.ceil(outcome.msBeforeNext / 1_000)),
  };
}

function takingBack(hit: Hit, reward: () => Promise<unknown>): CountedHit {
  const takeBack = async () => {
    await reward().catch((error: unknown) => {
      log.warn('a limit counts what was refused', { limit: hit.name, reason: String(error) });
    });
  };
  return { ...hit, takeBack };
}
