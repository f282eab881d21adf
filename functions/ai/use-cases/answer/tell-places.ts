import type { Executor } from '../../../../shared/database/executor.ts';
import type { ConversationStream } from '../../../../shared/lifecycles/conversation/conversation-stream.ts';
import { type QueuedTurn, readQueue } from '../../../../shared/lifecycles/turn/queue-position.ts';
import { log } from '../../../../shared/observability/logger.ts';

/** Tells visitors who wait that they have moved up. */
export interface PlaceTeller {
  /** Who of the creator's queue is to be told; nobody until it is time again. */
  readDue(db: Executor, creatorId: string): Promise<readonly QueuedTurn[]>;
  /** A place that a visitor knows is not posted again. Never fails: a visitor without it waits no longer. */
  tell(creatorId: string, queue: readonly QueuedTurn[]): Promise<void>;
}

/**
 * Every turn that leaves a long queue moves ten others up. Told each time, that is ten frames for each answer, just when
 * there is most to do: the queue would grow by the telling.
 */
const TELL_EVERY_MS = 1_000;
/** Those further behind hear of their place when they have come so far. */
const PLACES_TOLD = 10;

/** For one instance; what several of them tell is bounded by their number. */
export function openPlaceTeller(
  stream: Pick<ConversationStream, 'append'>,
  everyMs: number = TELL_EVERY_MS,
): PlaceTeller {
  const toldAtMs = new Map<string, number>();
  const isDue = (creatorId: string) =>
    performance.now() - (toldAtMs.get(creatorId) ?? Number.NEGATIVE_INFINITY) >= everyMs;

  return {
    readDue: async (db, creatorId) => (isDue(creatorId) ? readQueue(db, creatorId, PLACES_TOLD) : []),
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
