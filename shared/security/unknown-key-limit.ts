import type { RateLimiter } from './rate-limiter.ts';

/** Guessing a key is hopeless; this keeps whoever tries from the database. */
const PER_ADDRESS = { points: 120, perSeconds: 60 };
const NAME = 'unknown-api-key';
const REMEMBERED = 1_000;

export interface UnknownKeyLimit {
  /**
   * Before a key is looked up. A key that was good a moment ago passes, whatever others of its address do.
   * @throws APIError RATE_LIMITED
   */
  admit(keyHash: Buffer, sourceIp: string): Promise<void>;
  noteKnown(keyHash: Buffer): void;
  /** Counts the address; what is too much is refused from the next time on. */
  noteUnknown(keyHash: Buffer, sourceIp: string): Promise<void>;
}

/** Limits look-ups of API keys that nobody has, by address. Requests with good keys cost no round trip more. */
export function openUnknownKeyLimit(limiter: RateLimiter): UnknownKeyLimit {
  const known = new Set<string>();
  return {
    async admit(keyHash, sourceIp) {
      if (!known.has(keyHash.toString('base64'))) await limiter.requireLeft(NAME, sourceIp, PER_ADDRESS);
    },
    noteKnown(keyHash) {
      if (known.size >= REMEMBERED) known.clear();
      known.add(keyHash.toString('base64'));
    },
    async noteUnknown(keyHash, sourceIp) {
      known.delete(keyHash.toString('base64'));
      await limiter.consume(NAME, sourceIp, PER_ADDRESS);
    },
  };
}
