import type { TurnMessage } from '../models/turn-message.ts';
import type { WorkQueue } from './work-queue.ts';

export interface TurnQueue {
  /** Tells the engine about a turn, after `afterSeconds`; see `WorkQueue.announce`. */
  announce(turn: Omit<TurnMessage, 'kind'>, options?: { readonly afterSeconds?: number }): Promise<void>;
}

/** The queue of turns over the one sender; the group is the creator. */
export function openTurnQueue(queue: Pick<WorkQueue, 'announce'>): TurnQueue {
  return {
    announce(turn, { afterSeconds } = {}) {
      const message: TurnMessage = { kind: 'turn', ...turn };
      return queue.announce(message, { groupId: turn.creator_id, delaySeconds: afterSeconds });
    },
  };
}
