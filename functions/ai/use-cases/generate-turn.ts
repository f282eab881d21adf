import { randomUUID } from 'node:crypto';
import type { Executor } from '../../../shared/database/executor.ts';
import type { TenantDatabase } from '../../../shared/database/tenant-database.ts';
import { countUsage } from '../../../shared/database/usage.ts';
import { APIError } from '../../../shared/errors/api-error.ts';
import { toErrorBody } from '../../../shared/errors/error-envelope.ts';
import type { ConversationStream } from '../../../shared/lifecycles/conversation/conversation-stream.ts';
import { readUnannounced, recordAnnounced } from '../../../shared/lifecycles/turn/announce-turn.ts';
import { type ClaimedTurn, claimTurn, releaseTurn } from '../../../shared/lifecycles/turn/claim-turn.ts';
import { completeTurn, failTurn, nextOpenTurn } from '../../../shared/lifecycles/turn/finish-turn.ts';
import type { TurnMessage } from '../../../shared/models/turn-message.ts';
import { log } from '../../../shared/observability/logger.ts';
import { add } from '../../../shared/observability/metrics.ts';
import { currentScope } from '../../../shared/observability/request-scope.ts';
import type { TurnQueue } from '../gateways/turn-queue.ts';
import type { Answer, QuestionAsked } from './answer-question.ts';
import type { Voice } from './build-prompt.ts';
import { type HoldDependencies, holdTurn, LeaseLost } from './hold-turn.ts';
import { streamAnswer } from './stream-answer.ts';
import { AnswerCancelled } from './write-answer.ts';

export interface GenerateDependencies extends HoldDependencies {
  readonly database: TenantDatabase;
  readonly stream: Pick<ConversationStream, 'append' | 'deltaWriter' | 'lastSeq'>;
  readonly turns: TurnQueue;
  readonly answer: (asked: QuestionAsked) => Promise<Answer>;
  readonly readVoice: (db: Executor, creatorId: string, turnId: string) => Promise<Voice | undefined>;
  readonly chatModel: string;
}

const LEASE_MS = 30_000;
const RENEW_EVERY_MS = 10_000;
const LOOK_FOR_CANCEL_EVERY_MS = 250;
/** In all, however the model behaves. */
const ANSWER_TIMEOUT_MS = 110_000;
/** Left of the function's time for telling how it ended. */
const CLOSING_MS = 10_000;
/** A turn that this many workers began and none ended is answered by no other. */
const MAX_ATTEMPTS = 5;

interface Work {
  readonly turn: ClaimedTurn;
  readonly voice: Voice | undefined;
  readonly workerId: string;
}

/**
 * Answers one turn: claims it, streams the answer, stores it, tells the visitor, and sends the conversation's next
 * turn. A delivery that finds nothing to claim steps aside. What neither answers nor fails is given back and thrown,
 * for another delivery to resume.
 */
export async function generateTurn(deps: GenerateDependencies, message: TurnMessage): Promise<void> {
  const work = await claim(deps, message);
  if (!work) return tellEnding(deps, message);
  const lease = { creatorId: message.creator_id, turnId: message.turn_id, workerId: work.workerId, leaseMs: LEASE_MS };
  const leftMs = (currentScope()?.deadlineAtMs ?? Number.POSITIVE_INFINITY) - Date.now() - CLOSING_MS;
  const hold = holdTurn(deps, lease, {
    timeoutMs: Math.max(1_000, Math.min(ANSWER_TIMEOUT_MS, leftMs)),
    renewEveryMs: RENEW_EVERY_MS,
    lookForCancelEveryMs: LOOK_FOR_CANCEL_EVERY_MS,
  });
  try {
    if (work.turn.attempt > MAX_ATTEMPTS) throw new APIError('INTERNAL_ERROR', 'This question could not be answered.');
    await answerAndComplete(deps, work, hold.signal);
  } catch (error) {
    if (error instanceof LeaseLost) return log.warn('the lease was lost', { turn_id: message.turn_id });
    if (!(error instanceof APIError) && work.turn.attempt < MAX_ATTEMPTS) {
      await deps.database.withTenant(lease.creatorId, (db) => releaseTurn(db, lease));
      throw error;
    }
    await fail(deps, work, error);
  } finally {
    hold.release();
  }
  await sendNext(deps, work.turn);
}

async function claim(deps: GenerateDependencies, message: TurnMessage): Promise<Work | undefined> {
  const workerId = randomUUID();
  const { creator_id: creatorId, turn_id: turnId } = message;
  return deps.database.withTenant(creatorId, async (db) => {
    const claiming = claimTurn(db, { creatorId, turnId, workerId, leaseMs: LEASE_MS });
    const [turn, voice] = await Promise.all([claiming, deps.readVoice(db, creatorId, turnId)]);
    return turn && { turn, voice, workerId };
  });
}

async function answerAndComplete(deps: GenerateDependencies, work: Work, signal: AbortSignal): Promise<void> {
  const { turn, voice, workerId } = work;
  const { creatorId, conversationId, turnId } = turn;
  const restart = async () => {
    await deps.stream.append(creatorId, conversationId, { type: 'restarted', turn_id: turnId });
  };
  if (turn.attempt > 1) await restart();
  const asked = { creatorId, question: turn.question, history: turn.history, voice, signal };
  const answer = turn.cancelRequested
    ? cancelledAnswer(deps)
    : await streamAnswer(
        {
          answer: deps.answer,
          openWriter: () => deps.stream.deltaWriter(creatorId, conversationId, turnId),
          restart,
        },
        asked,
      ).catch((error: unknown) => {
        // The visitor stopped it before the model was asked.
        if (error instanceof AnswerCancelled) return cancelledAnswer(deps);
        throw error;
      });

  const citations = [...answer.citations];
  const { seq } = await deps.stream.append(creatorId, conversationId, {
    type: 'citations',
    turn_id: turnId,
    citations,
  });
  const completed = await deps.database.withTenant(creatorId, async (db) => {
    // The number that `completed` will have is reserved with it.
    const done = await completeTurn(db, { creatorId, turnId, workerId, answer, lastSeq: seq + 1 });
    if (done) await countUsage(db, creatorId, usageOf(answer));
    return done;
  });
  if (!completed) throw new LeaseLost();
  await deps.stream.append(creatorId, conversationId, {
    type: 'completed',
    turn_id: turnId,
    message_id: completed.messageId,
    refused: answer.refused,
    finish_reason: answer.finishReason,
    text: answer.text,
  });
  tell(answer, turn);
}

async function fail(deps: GenerateDependencies, { turn, workerId }: Work, error: unknown): Promise<void> {
  const { creatorId, conversationId, turnId } = turn;
  const told = error instanceof APIError ? error : new APIError('INTERNAL_ERROR', 'Something went wrong on our side.');
  log.error('a turn failed', error instanceof APIError ? (error.cause ?? error) : error, { code: told.code });
  const lastSeq = await deps.stream.lastSeq(creatorId, conversationId).catch(() => 0);
  const failed = await deps.database.withTenant(creatorId, (db) =>
    failTurn(db, { creatorId, turnId, workerId, code: told.code, lastSeq: lastSeq + 1 }),
  );
  if (!failed) return;
  add('understudy_turns_total', { outcome: told.code }, 1);
  const body = toErrorBody(told, currentScope()?.requestId ?? '');
  await deps.stream.append(creatorId, conversationId, { type: 'failed', turn_id: turnId, error: body });
}

/** A worker may end between storing an answer and telling it: whoever finds the turn ended then tells. */
async function tellEnding(deps: GenerateDependencies, message: TurnMessage): Promise<void> {
  const { creator_id: creatorId, conversation_id: conversationId, turn_id: turnId } = message;
  const frames = await deps.database.readAsTenant(creatorId, (db) => readUnannounced(db, { creatorId, turnId }));
  if (!frames) return log.info('nothing to claim', { turn_id: turnId });
  for (const frame of frames) await deps.stream.append(creatorId, conversationId, frame);
  await sendNext(deps, { creatorId, conversationId, turnId });
}

async function sendNext(
  deps: GenerateDependencies,
  { creatorId, conversationId, turnId }: Pick<ClaimedTurn, 'creatorId' | 'conversationId' | 'turnId'>,
): Promise<void> {
  const next = await deps.database.withTenant(creatorId, async (db) => {
    const [following] = await Promise.all([
      nextOpenTurn(db, { creatorId, conversationId }),
      recordAnnounced(db, { creatorId, turnId }),
    ]);
    return following;
  });
  if (next === undefined) return;
  await deps.turns.announce({ creator_id: creatorId, conversation_id: conversationId, turn_id: next });
}

function cancelledAnswer(deps: GenerateDependencies): TellableAnswer {
  return {
    text: '',
    refused: false,
    citations: [],
    finishReason: 'cancelled',
    model: deps.chatModel,
    usage: { promptTokens: 0, answerTokens: 0 },
  };
}

type TellableAnswer = Omit<Answer, 'promptVersion' | 'timingMs'> & Partial<Pick<Answer, 'promptVersion' | 'timingMs'>>;

function usageOf(answer: TellableAnswer) {
  return {
    answers: 1,
    refusals: answer.refused ? 1 : 0,
    prompt_tokens: answer.usage.promptTokens,
    answer_tokens: answer.usage.answerTokens,
  };
}

function tell(answer: TellableAnswer, turn: ClaimedTurn): void {
  add('understudy_turns_total', { outcome: answer.refused ? 'refused' : answer.finishReason }, 1);
  log.info('turn answered', {
    turn_id: turn.turnId,
    attempt: turn.attempt,
    refused: answer.refused,
    finish_reason: answer.finishReason,
    citations: answer.citations.length,
    timing_ms: answer.timingMs,
    prompt_version: answer.promptVersion,
  });
}
