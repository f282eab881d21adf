import type { ConversationStream } from '../../../../shared/lifecycles/conversation/conversation-stream.ts';
import type { QueuedTurn } from '../../../../shared/lifecycles/turn/queue-position.ts';
import { log } from '../../../../shared/observability/logger.ts';

/** Tells visitors who wait that they have moved up. */
export interface PlaceTeller {
  /** Whether it is time again for this creator's; only then need the queue be read. */
  isDue(creatorId: string): boolean;
  /** A place that a visitor knows is not posted again. Never fails: a visitor without it waits no longer. */
  tell(creatorId: string, queue: readonly QueuedTurn[]): Promise<void>;
}

/**
 * Every turn that leaves a long queue moves ten others up. Told each time, that is ten frames for each answer, just when
 * there is most to do: the queue would grow by the telling.
 */
const TELL_EVERY_MS = 1_000;

/** For one instance; what several of them tell is bounded by their number. */
export function openPlaceTeller(
  stream: Pick<ConversationStream, 'append'>,
  everyMs: number = TELL_EVERY_MS,
): PlaceTeller {
  const toldAtMs = new Map<string, number>();

  return {
    isDue: (creatorId) => performance.now() - (toldAtMs.get(creatorId) ?? Number.NEGATIVE_INFINITY) >= everyMs,
    async tell(creatorId, queue) {
      if (queue.length === 0) return;
      const nowMs = performance.now();
      for (const [other, atMs] of toldAtMs) if (nowMs - atMs >= everyMs) toldAtMs.delete(other);
      toldAtMs.set(creatorId, nowMs);
      const told = await Promise.allSettled(
        queue.map(({ conversationId, turnId, position }) =>
          stream.append(creatorId, conversationId, { type: 'queued', turn_id: turnId, position }),
        ),
      );
      for (const outcome of told) {
        if (outcome.status === 'rejected') log.warn('a place was not told', { reason: String(outcome.reason) });
      }
    },
  };
}
