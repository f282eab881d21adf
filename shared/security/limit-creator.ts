import type { CreatorCredential } from './credentials.ts';
import { type RateLimiter, tellLimit } from './rate-limiter.ts';

/** One count for auth, hub and ai: the same name and limit in each, for they share it in Redis. */
const REST_LIMIT = { points: 600, perSeconds: 60 };

/**
 * Counts the REST calls of one creator, over all services and instances: 600 a minute. The answer's headers tell how the
 * limit stands. The function throws APIError RATE_LIMITED.
 */
export function limitCreator(limiter: Pick<RateLimiter, 'consume'>): (caller: CreatorCredential) => Promise<void> {
  return async ({ creatorId }) => tellLimit(await limiter.consume('rest', { creatorId }, REST_LIMIT));
}
