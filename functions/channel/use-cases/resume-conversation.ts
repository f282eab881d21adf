import type { ChannelUse } from '../channel-use.ts';
import type { Connection } from '../gateways/connections.ts';
import { requireOpenConversation } from './issue-ticket.ts';

const PER_VISITOR = { points: 30, perSeconds: 60 };
const FRAMES_FOR_ONE = 100;
const MOST_FOR_ONE = 10;

/**
 * Replays what the socket has missed and makes it live. A long replay counts for several: each frame is a post. What
 * the page was allowed when it connected is asked again, for a socket lives two hours.
 *
 * @throws APIError RATE_LIMITED, ORIGIN_NOT_ALLOWED, PERMISSION_DENIED (switched off); NotFoundError when widget or
 *   conversation is gone
 */
export async function resumeConversation(use: ChannelUse, connection: Connection, afterSeq: number): Promise<void> {
  const { connectionId, visitor } = connection;
  const { creatorId, conversationId, visitorId } = visitor;
  const limiting = ['resume-visitor', { creatorId, of: visitorId }, PER_VISITOR] as const;
  await use.limiter.consume(...limiting); // Before anything is looked up: how long the replay is comes after.
  const lastSeq = await use.stream.lastSeq(creatorId, conversationId);
  const more = Math.min(MOST_FOR_ONE - 1, Math.floor(Math.max(0, lastSeq - afterSeq) / FRAMES_FOR_ONE));
  if (more > 0) await use.limiter.consume(...limiting, more);
  await requireOpenConversation(use, visitor);
  await use.stream.join(creatorId, conversationId, connectionId, afterSeq);
}
