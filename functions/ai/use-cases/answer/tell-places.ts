import type { ConversationStream } from '../../../../shared/lifecycles/conversation/conversation-stream.ts';
import type { QueuedTurn } from '../../../../shared/lifecycles/turn/queue-position.ts';
import { log } from '../../../../shared/observability/logger.ts';

/**
 * Tells visitors who wait that they have moved up; a place that they know is not posted again. It is told beside the answer
 * that is written, and never fails: a visitor without it waits no longer.
 */
export async function tellPlaces(
  stream: Pick<ConversationStream, 'append'>,
  creatorId: string,
  queue: readonly QueuedTurn[],
): Promise<void> {
  const told = await Promise.allSettled(
    queue.map(({ conversationId, turnId, position }) =>
      stream.append(creatorId, conversationId, { type: 'queued', turn_id: turnId, position }),
    ),
  );
  for (const outcome of told) {
    if (outcome.status === 'rejected') log.warn('a place was not told', { reason: String(outcome.reason) });
  }
}
