import { APIError } from '../../../shared/errors/api-error.ts';
import type { RateLimiter } from '../../../shared/security/rate-limiter.ts';

/** Each has all of a creator's documents read and embedded again. */
const RECUTS = { points: 10, perSeconds: 24 * 60 * 60 };

/** How often a creator's documents may be cut anew, over all instances. The function throws APIError RATE_LIMITED. */
export function openRecutLimit(limiter: Pick<RateLimiter, 'consume'>): (creatorId: string) => Promise<void> {
  return async (creatorId) => {
    try {
      await limiter.consume('recut', { creatorId }, RECUTS);
    } catch (error) {
      if (!(error instanceof APIError) || error.code !== 'RATE_LIMITED') throw error;
      const { details, headers } = error;
      const message =
        'The size of passages has been changed too often today: each change has every document read again.';
      throw new APIError('RATE_LIMITED', message, { details, headers, cause: error });
    }
  };
}
