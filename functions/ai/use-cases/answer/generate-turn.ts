import { randomUUID } from 'node:crypto';
import type { TurnQueue } from '../../../../shared/clients/turn-queue.ts';
import type { Executor } from '../../../../shared/database/executor.ts';
import type { TenantDatabase } from '../../../../shared/database/tenant-database.ts';
import { APIError } from '../../../../shared/errors/api-error.ts';
import { meansDatabaseAway } from '../../../../shared/errors/database-unavailable-error.ts';
import { RedisUnavailableError } from '../../../../shared/errors/redis-unavailable-error.ts';
import type { ConversationKey } from '../../../../shared/lifecycles/conversation/conversation-record.ts';
import type { ConversationStream } from '../../../../shared/lifecycles/conversation/conversation-stream.ts';
import type { ClosingReason } from '../../../../shared/lifecycles/conversation/page-right.ts';
import { type ClaimedTurn, claimTurn, releaseTurn } from '../../../../shared/lifecycles/turn/claim-turn.ts';
import { type QueuedTurn, readQueue } from '../../../../shared/lifecycles/turn/queue-position.ts';
import type { TurnMessage } from '../../../../shared/models/turn-message.ts';
import { log } from '../../../../shared/observability/logger.ts';
import { currentScope } from '../../../../shared/observability/request-scope.ts';
import type { AnswerBasis, readAnswerBasis } from '../../repositories/answer-basis.ts';
import type { Answer, QuestionAsked } from './answer-question.ts';
import { answerTurn } from './answer-turn.ts';
import type { Voice } from './build-prompt.ts';
import { RightLost } from './dismiss-page.ts';
import { comeBackSoon, failClaimedTurn, giveBackSoon, sendBack, sendNext, tellEnding } from './end-turn.ts';
import { type HoldDependencies, holdTurn, LeaseLost } from './hold-turn.ts';
import type { PlaceTeller } from './tell-places.ts';

export interface GenerateDependencies extends HoldDependencies {
  readonly database: TenantDatabase;
  readonly stream: Pick<ConversationStream, 'append' | 'deltaWriter' | 'lastSeq' | 'letGo'>;
  readonly turns: TurnQueue;
  readonly places: PlaceTeller;
  readonly answer: (asked: QuestionAsked) => Promise<Answer>;
  /** Begins with what answering will need, while the claim is still being committed. Changes nothing, never throws. */
  readonly begin?: (turn: Pick<ClaimedTurn, 'question' | 'history'>) => void;
  readonly readVoice: (db: Executor, creatorId: string, turnId: string) => Promise<Voice | undefined>;
  readonly readBasis: typeof readAnswerBasis;
  readonly chatModel: string;
  /** Ends what listens to the conversation, telling why; see `dismissPage`. */
  readonly dismissPage: (key: ConversationKey, reason: ClosingReason) => Promise<void>;
  /** Waits before an answer is tried again. */
  readonly pausesMs?: readonly number[];
  /** How long it is tried to give a turn back while Postgres does not answer. */
  readonly giveBackWithinMs?: number;
  /** How often it is asked whether the page may still be answered. */
  readonly lookAtRightEveryMs?: number;
}

/** A claimed turn with what its answering needs. */
export interface Work {
  readonly turn: ClaimedTurn;
  readonly voice: Voice | undefined;
  readonly basis: AnswerBasis;
  readonly workerId: string;
  /** Who moves up now that this turn has left the queue. */
  readonly queue: readonly QueuedTurn[];
  /** Why its page may not be answered any more: it was asked before the right was taken away. */
  readonly lostRight: ClosingReason | undefined;
}

const LEASE_MS = 30_000;
const RENEW_EVERY_MS = 10_000;
const LOOK_FOR_CANCEL_EVERY_MS = 250;
const LOOK_AT_RIGHT_EVERY_MS = 3_000;
/** In all, however the model behaves. */
const ANSWER_TIMEOUT_MS = 110_000;
/** Left of the function's time for telling how it ended. */
const CLOSING_MS = 10_000;
/** A turn that this many workers began and none ended is answered by no other. */
const MAX_ATTEMPTS = 5;
/** Those further behind hear of their place when they have come so far. */
const PLACES_TOLD = 10;

/**
 * Answers one turn: claims it, streams the answer, stores it, tells the visitor, and sends the conversation's next
 * turn. A delivery that finds nothing to claim steps aside. What neither answers nor fails is given back and thrown,
 * for another delivery to resume; while Redis or Postgres is away, that is sent at once and comes a few seconds later.
 */
export async function generateTurn(deps: GenerateDependencies, message: TurnMessage): Promise<void> {
  const workerId = randomUUID();
  try {
    await answerOrTell(deps, message, workerId);
  } catch (error) {
    if (error instanceof RedisUnavailableError) return await comeBackSoon(deps, message, error);
    if (!meansDatabaseAway(error)) throw error;
    await giveBackSoon(deps, message, workerId, error);
  }
}

async function answerOrTell(deps: GenerateDependencies, message: TurnMessage, workerId: string): Promise<void> {
  const work = await claim(deps, message, workerId);
  if (!work) return tellEnding(deps, message);
  const lease = { creatorId: message.creator_id, turnId: message.turn_id, workerId, leaseMs: LEASE_MS };
  const leftMs = (currentScope()?.deadlineAtMs ?? Number.POSITIVE_INFINITY) - Date.now() - CLOSING_MS;
  const hold = holdTurn(
    deps,
    { ...lease, conversationId: work.turn.conversationId },
    {
      timeoutMs: Math.max(1_000, Math.min(ANSWER_TIMEOUT_MS, leftMs)),
      renewEveryMs: RENEW_EVERY_MS,
      lookForCancelEveryMs: LOOK_FOR_CANCEL_EVERY_MS,
      lookAtRightEveryMs: deps.lookAtRightEveryMs ?? LOOK_AT_RIGHT_EVERY_MS,
    },
  );
  const placesTold = deps.places.tell(message.creator_id, work.queue);
  try {
    if (work.turn.attempt > MAX_ATTEMPTS) throw new APIError('INTERNAL_ERROR', 'This question could not be answered.');
    if (work.lostRight) throw new RightLost(work.lostRight);
    await answerTurn(deps, work, hold.signal);
  } catch (error) {
    if (error instanceof LeaseLost) return log.warn('the lease was lost', { turn_id: message.turn_id });
    if (!(error instanceof APIError) && work.turn.attempt < MAX_ATTEMPTS) {
      await deps.database.changeAtOnce(lease.creatorId, (db) => releaseTurn(db, lease));
      throw error;
    }
    if (isBusy(error) && work.turn.attempt < MAX_ATTEMPTS) return await sendBack(deps, work);
    if (error instanceof RightLost) await deps.dismissPage(work.turn, error.closing);
    await failClaimedTurn(deps, work, error);
  } finally {
    hold.release();
    await placesTold;
    await deps.stream.letGo(message.creator_id, work.turn.conversationId);
  }
  await sendNext(deps, work.turn);
}

/** The model's own queue is full (503, as Ollama answers beyond OLLAMA_MAX_QUEUE): it works, but not on this. */
function isBusy(error: unknown): boolean {
  if (!(error instanceof APIError) || error.code !== 'DEPENDENCY_UNAVAILABLE') return false;
  const { cause } = error;
  return cause instanceof Error && 'status' in cause && cause.status === 503;
}

async function claim(deps: GenerateDependencies, message: TurnMessage, workerId: string): Promise<Work | undefined> {
  const { creator_id: creatorId, conversation_id: conversationId, turn_id: turnId } = message;
  return deps.database.changeAtOnce(creatorId, async (db) => {
    const claiming = claimTurn(db, { creatorId, turnId, workerId, leaseMs: LEASE_MS });
    // What is read later in the transaction knows that this turn is taken.
    const [turn, voice, basis, queue, lostRight] = await Promise.all([
      claiming,
      deps.readVoice(db, creatorId, turnId),
      deps.readBasis(db, creatorId),
      deps.places.isDue(creatorId) ? readQueue(db, creatorId, PLACES_TOLD) : [],
      deps.readLostRight(db, { creatorId, conversationId }),
    ]);
    if (turn) deps.begin?.(turn);
    return turn && { turn, voice, basis, workerId, queue, lostRight };
  });
}
