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
import { type ClaimedTurn, releaseTurn } from '../../../../shared/lifecycles/turn/claim-turn.ts';
import type { TurnMessage } from '../../../../shared/models/turn-message.ts';
import { log } from '../../../../shared/observability/logger.ts';
import { timeLeftMs } from '../../../../shared/observability/request-scope.ts';
import type { readAnswerBasis } from '../../repositories/answer-basis.ts';
import type { Answer, QuestionAsked } from './answer-question.ts';
import { answerTurn } from './answer-turn.ts';
import type { Voice } from './build-prompt.ts';
import { type ClaimedWork, claimWork } from './claim-work.ts';
import { RightLost } from './dismiss-page.ts';
import { failClaimedTurn, sendNext, tellEnding } from './end-turn.ts';
import { comeBackSoon, giveBackSoon, sendBack } from './give-turn-back.ts';
import { type HoldDependencies, holdTurn, LeaseLost, type TurnHold } from './hold-turn.ts';
import type { PlaceTeller } from './tell-places.ts';

export interface GenerateDependencies extends HoldDependencies {
  readonly database: TenantDatabase;
  readonly stream: Pick<ConversationStream, 'append' | 'deltaWriter' | 'lastSeq' | 'letGo'>;
  readonly turns: TurnQueue;
  readonly places: PlaceTeller;
  readonly answer: (asked: QuestionAsked) => Promise<Answer>;
  /** Begins with what `answer` will need, while the claim is still being committed. Changes nothing, never throws. */
  readonly prepareAnswer?: (turn: Pick<ClaimedTurn, 'question' | 'history'>) => void;
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

const LEASE_MS = 30_000;
const RENEW_EVERY_MS = 10_000;
const LOOK_AT_RIGHT_EVERY_MS = 3_000;
/** In all, however the model behaves. */
const ANSWER_TIMEOUT_MS = 110_000;
/** Left of the function's time for telling how it ended. */
const CLOSING_MS = 10_000;
/** A turn that this many workers began and none ended is answered by no other. */
const MAX_ATTEMPTS = 5;

/**
 * Answers one turn: claims it, streams the answer, stores it, tells the visitor, and sends the conversation's next
 * turn. A delivery that finds nothing to claim steps aside. What neither answers nor fails is given back and thrown,
 * for another delivery to resume; while Redis or Postgres is away, that is sent at once and comes a few seconds later.
 */
export async function generateTurn(deps: GenerateDependencies, message: TurnMessage): Promise<void> {
  const workerId = randomUUID();
  try {
    const work = await claimWork(deps, message, { workerId, leaseMs: LEASE_MS });
    if (!work) return await tellEnding(deps, message);
    if (await workOn(deps, work)) await sendNext(deps, work.turn);
  } catch (error) {
    if (error instanceof RedisUnavailableError) return await comeBackSoon(deps, message, error);
    if (meansDatabaseAway(error)) return await giveBackSoon(deps, message, workerId, error);
    throw error;
  }
}

/** @returns whether the turn has ended: not when it went back to the queue, or to another worker */
async function workOn(deps: GenerateDependencies, work: ClaimedWork): Promise<boolean> {
  const { creatorId, conversationId } = work.turn;
  const hold = holdFor(deps, work);
  const placesTold = deps.places.tell(creatorId, work.queue);
  try {
    if (work.turn.attempt > MAX_ATTEMPTS) throw new APIError('INTERNAL_ERROR', 'This question could not be answered.');
    if (work.lostRight) throw new RightLost(work.lostRight);
    await answerTurn(deps, work, hold.signal);
    return true;
  } catch (error) {
    return await endUnanswered(deps, work, error);
  } finally {
    hold.release();
    await placesTold;
    await deps.stream.letGo(creatorId, conversationId);
  }
}

function holdFor(deps: GenerateDependencies, { turn, workerId }: ClaimedWork): TurnHold {
  const { creatorId, conversationId, turnId } = turn;
  return holdTurn(
    deps,
    { creatorId, conversationId, turnId, workerId, leaseMs: LEASE_MS },
    {
      timeoutMs: Math.max(1_000, Math.min(ANSWER_TIMEOUT_MS, timeLeftMs() - CLOSING_MS)),
      renewEveryMs: RENEW_EVERY_MS,
      lookAtRightEveryMs: deps.lookAtRightEveryMs ?? LOOK_AT_RIGHT_EVERY_MS,
    },
  );
}

/**
 * Decides what becomes of a turn that was not answered.
 *
 * @returns whether it has ended. @throws what another delivery may resume after, once the turn is given back
 */
async function endUnanswered(deps: GenerateDependencies, work: ClaimedWork, error: unknown): Promise<boolean> {
  const { turn, workerId } = work;
  if (error instanceof LeaseLost) {
    log.warn('the lease was lost', { turn_id: turn.turnId });
    return false;
  }
  if (turn.attempt < MAX_ATTEMPTS) {
    if (!(error instanceof APIError)) {
      await deps.database.changeAtOnce(turn.creatorId, (db) => releaseTurn(db, { ...turn, workerId }));
      throw error;
    }
    if (isBusy(error)) {
      await sendBack(deps, work);
      return false;
    }
  }
  if (error instanceof RightLost) await deps.dismissPage(turn, error.closing);
  await failClaimedTurn(deps, work, error);
  return true;
}

/** The model's own queue is full (503, as Ollama answers beyond OLLAMA_MAX_QUEUE): it works, but not on this. */
function isBusy({ code, cause }: APIError): boolean {
  return code === 'DEPENDENCY_UNAVAILABLE' && cause instanceof Error && 'status' in cause && cause.status === 503;
}
