import type { ClosingReason } from '../../../../shared/lifecycles/conversation/page-right.ts';
import { type ClaimedTurn, claimTurn, type TurnLease } from '../../../../shared/lifecycles/turn/claim-turn.ts';
import type { QueuedTurn } from '../../../../shared/lifecycles/turn/queue-position.ts';
import type { TurnMessage } from '../../../../shared/models/turn-message.ts';
import type { AnswerBasis } from '../../repositories/answer-basis.ts';
import type { Voice } from './build-prompt.ts';
import type { GenerateDependencies } from './generate-turn.ts';

/** A claimed turn with what its answering needs. */
export interface ClaimedWork {
  readonly turn: ClaimedTurn;
  readonly workerId: string;
  readonly voice: Voice | undefined;
  readonly basis: AnswerBasis;
  /** Who is to be told of moving up, now that this turn has left the queue. */
  readonly queue: readonly QueuedTurn[];
  /** Why its page may not be answered any more: it was asked before the right was taken away. */
  readonly lostRight: ClosingReason | undefined;
}

/** Claims the turn and reads, in the same round trip, what its answer needs. Undefined when there is nothing to claim. */
export async function claimWork(
  deps: GenerateDependencies,
  { creator_id: creatorId, conversation_id: conversationId, turn_id: turnId }: TurnMessage,
  { workerId, leaseMs }: Pick<TurnLease, 'workerId' | 'leaseMs'>,
): Promise<ClaimedWork | undefined> {
  return deps.database.changeAtOnce(creatorId, async (db) => {
    const [turn, voice, basis, queue, lostRight] = await Promise.all([
      // First, so that what is read after it knows that this turn is taken.
      claimTurn(db, { creatorId, turnId, workerId, leaseMs }),
      deps.readVoice(db, creatorId, turnId),
      deps.readBasis(db, creatorId),
      deps.places.readDue(db, creatorId),
      deps.readLostRight(db, { creatorId, conversationId }),
    ]);
    if (turn) deps.prepareAnswer?.(turn);
    return turn && { turn, workerId, voice, basis, queue, lostRight };
  });
}
