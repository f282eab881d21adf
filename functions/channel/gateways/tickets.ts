import { createHash, randomBytes } from 'node:crypto';
import type { RedisClient } from '../../../shared/clients/redis.ts';
import { platformKey } from '../../../shared/config/redis-keys.ts';
import type { VisitorCredential } from '../../../shared/security/credentials.ts';
import { requireRedis } from './redis-required.ts';
import { StoredVisitor } from './visitor-json.ts';

const TICKET_LIFETIME_SECONDS = 30;

/** What opens one socket, once. Only a hash of it is stored: who reads Redis cannot connect. */
export interface Tickets {
  readonly lifetimeSeconds: number;
  /** @throws APIError DEPENDENCY_UNAVAILABLE when Redis is away */
  issue(visitor: VisitorCredential): Promise<string>;
  /**
   * Whose it was; it is used up in the same step. Undefined when it was never issued, is used or older than 30 s.
   * @throws APIError DEPENDENCY_UNAVAILABLE when Redis is away
   */
  redeem(ticket: string): Promise<VisitorCredential | undefined>;
}

const FORM = /^[A-Za-z0-9_-]{43}$/;

/** Tickets of 256 random bits, good for 30 seconds. */
export function openTickets(redis: RedisClient): Tickets {
  const keyOf = (ticket: string) => platformKey('ticket', createHash('sha256').update(ticket).digest('base64url'));
  return {
    lifetimeSeconds: TICKET_LIFETIME_SECONDS,
    issue: async (visitor) => {
      const ticket = randomBytes(32).toString('base64url');
      await requireRedis(redis.set(keyOf(ticket), JSON.stringify(visitor), 'EX', TICKET_LIFETIME_SECONDS));
      return ticket;
    },
    redeem: async (ticket) => {
      if (!FORM.test(ticket)) return undefined;
      const stored = await requireRedis(redis.getdel(keyOf(ticket)));
      return stored === null ? undefined : StoredVisitor.parse(JSON.parse(stored));
    },
  };
}
