import type { VisitorCredential } from '../../../shared/security/credentials.ts';
import { tellLimit } from '../../../shared/security/rate-limiter.ts';
import type { ChannelUse } from '../channel-use.ts';

const PER_VISITOR = { points: 120, perSeconds: 60 };
const PER_ADDRESS = { points: 600, perSeconds: 60 };

/**
 * The visitor's REST requests, and those of all visitors of an address: what one is refused is not counted against the
 * others behind the same address. @throws APIError RATE_LIMITED
 */
export function limitVisitor({ limiter }: Pick<ChannelUse, 'limiter'>) {
  return async ({ creatorId, visitorId }: VisitorCredential, sourceIp: string): Promise<void> =>
    tellLimit(
      await limiter.consumeNested([
        { name: 'rest-visitor', subject: { creatorId, of: visitorId }, ...PER_VISITOR },
        { name: 'rest-visitor-address', subject: sourceIp, ...PER_ADDRESS },
      ]),
    );
}
