import type { RedisClient } from '../clients/redis.ts';
import { APIError } from '../errors/api-error.ts';
import { log } from '../observability/logger.ts';
import { currentScope } from '../observability/request-scope.ts';
import {
  type Hit,
  type Limit,
  type LimitCounter,
  type LimitState,
  type LimitSubject,
  openLimitCounters,
} from './limit-counters.ts';

export interface RateLimiter {
  /** @throws APIError RATE_LIMITED with `Retry-After` and the `RateLimit-*` headers */
  consume(name: string, subject: LimitSubject, limit: Limit, cost?: number): Promise<LimitState>;
  /**
   * Counts in all of them, in one round trip, and tells the one with the least left.
   * @throws APIError RATE_LIMITED for the one that takes longest to reset
   */
  consumeAll(wanted: readonly LimitCounter[]): Promise<LimitState>;
  /**
   * Counts in all of them, in one round trip, each within the one before it: what one refuses is given back to those
   * behind it; tells the one with the least left. @throws APIError RATE_LIMITED for the first that refuses
   */
  consumeNested(wanted: readonly LimitCounter[]): Promise<LimitState>;
  /** Counts in this instance alone, without a round trip. @throws APIError RATE_LIMITED */
  consumeHere(name: string, subject: LimitSubject, limit: Limit): Promise<void>;
  /**
   * For what counts only where it fails: refuses what would be too much by what this instance knows, without a round trip,
   * and counts nothing. @throws APIError RATE_LIMITED
   */
  requireLeft(name: string, subject: LimitSubject, limit: Limit): Promise<void>;
  /** Starts afresh, as after a successful login. */
  forget(name: string, subject: LimitSubject): Promise<void>;
}

/**
 * Limits shared by all instances, in Redis. When Redis is away each instance counts by itself, more strictly, and goes
 * on from what it last knew of busy subjects: an outage opens no gate.
 */
export function openRateLimiter(options: { readonly redis: RedisClient; readonly factor: number }): RateLimiter {
  const counters = openLimitCounters(options);

  const consumeAll = async (wanted: readonly LimitCounter[]): Promise<LimitState> => {
    const hits = await Promise.all(wanted.map(counters.hit)); // Written to one connection back to back: one round trip.
    const refused = hits.filter((each) => each.refused).sort((a, b) => b.resetSeconds - a.resetSeconds)[0];
    if (refused) throw rateLimited(refused);
    return tightestOf(hits);
  };

  const consumeNested = async (wanted: readonly LimitCounter[]): Promise<LimitState> => {
    const hits = await Promise.all(wanted.map(counters.hit));
    const place = hits.findIndex((each) => each.refused);
    const refused = hits[place];
    if (!refused) return tightestOf(hits);
    await Promise.all(hits.slice(place + 1).map((each) => each.takeBack()));
    throw rateLimited(refused);
  };

  return {
    consumeAll,
    consumeNested,
    consume: (name, subject, limit, cost) => consumeAll([{ name, subject, cost, ...limit }]),
    consumeHere: async (name, subject, limit) => {
      const hit = await counters.hitHere({ name, subject, ...limit });
      if (hit.refused) throw rateLimited(hit);
    },
    requireLeft: async (name, subject, limit) => {
      const hit = await counters.foresee({ name, subject, ...limit });
      if (hit.refused) throw rateLimited(hit);
    },
    forget: counters.forget,
  };
}

function tightestOf(hits: readonly Hit[]): LimitState {
  const [tightest] = hits.toSorted((a, b) => a.remaining / a.limit - b.remaining / b.limit);
  if (!tightest) throw new TypeError('nothing to count');
  return tightest;
}

/** From here on the running request's answer tells this limit, whichever way it ends. */
export function tellLimit(state: LimitState): void {
  const scope = currentScope();
  if (scope) scope.limitHeaders = rateLimitHeaders(state);
}

/** The headers of an answer that was counted. */
function rateLimitHeaders(state: LimitState): Record<string, string> {
  return {
    'RateLimit-Limit': String(state.limit),
    'RateLimit-Remaining': String(state.remaining),
    'RateLimit-Reset': String(state.resetSeconds),
  };
}

function rateLimited(hit: Hit): APIError {
  log.security('rate_limited', { limit: hit.name });
  return new APIError('RATE_LIMITED', 'Too many requests. Please wait a moment.', {
    details: { retry_after_seconds: hit.resetSeconds },
    headers: { 'Retry-After': String(hit.resetSeconds), ...rateLimitHeaders(hit) },
  });
}
