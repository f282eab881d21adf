import { randomUUID } from 'node:crypto';
import { countUsage } from '../../../../shared/database/usage.ts';
import type { DeltaWriter } from '../../../../shared/lifecycles/conversation/delta-writer.ts';
import type { ClaimedTurn } from '../../../../shared/lifecycles/turn/claim-turn.ts';
import { completeTurn } from '../../../../shared/lifecycles/turn/finish-turn.ts';
import { log } from '../../../../shared/observability/logger.ts';
import { add, observe, tellCloudWatch } from '../../../../shared/observability/metrics.ts';
import type { Answer } from './answer-question.ts';
import type { ClaimedWork } from './claim-work.ts';
import type { GenerateDependencies } from './generate-turn.ts';
import { LeaseLost } from './hold-turn.ts';
import { streamAnswer } from './stream-answer.ts';
import { AnswerCancelled } from './write-answer.ts';

/** Frames that are numbered after the answer is stored: `citations` and `completed`. */
const CLOSING_FRAMES = 2;

/**
 * Streams the answer, stores it, then tells its citations and its end: whatever worker tells them, they are those that
 * are stored. @throws LeaseLost when another worker owns the turn by then
 */
export async function answerTurn(deps: GenerateDependencies, work: ClaimedWork, signal: AbortSignal): Promise<void> {
  const { turn, voice, basis, workerId } = work;
  const { creatorId, conversationId, turnId } = turn;
  const tellFirst = firstTextTeller();
  const restart = async () => {
    await deps.stream.append(creatorId, conversationId, { type: 'restarted', turn_id: turnId });
  };
  if (turn.attempt > 1) await restart();
  const asked = { creatorId, question: turn.question, history: turn.history, voice, basis, signal };
  const { answer, lastSeq } = turn.cancelRequested
    ? cancelledAnswer(deps)
    : await streamAnswer(
        {
          answer: deps.answer,
          openWriter: () => tellingFirst(deps.stream.deltaWriter(creatorId, conversationId, turnId), tellFirst),
          restart,
          pausesMs: deps.pausesMs,
        },
        asked,
      ).catch((error: unknown) => {
        // The visitor stopped it before the model was asked.
        if (error instanceof AnswerCancelled) return cancelledAnswer(deps);
        throw error;
      });

  // The numbers that the closing frames will have are reserved with the answer.
  const reserved = (lastSeq ?? (await deps.stream.lastSeq(creatorId, conversationId))) + CLOSING_FRAMES;
  const messageId = randomUUID();
  // One trip: the creator's counters are rows that all their turns wait for, and are held for the commit alone.
  const [completed] = await deps.database.changeAtOnce(creatorId, (db) =>
    Promise.all([
      completeTurn(db, { creatorId, turnId, workerId, answer, lastSeq: reserved, messageId }),
      countUsage(db, creatorId, usageOf(answer), { ofMessage: messageId }),
    ]),
  );
  if (!completed) throw new LeaseLost();
  const citations = [...answer.citations];
  const told = { type: 'citations' as const, turn_id: turnId, citations };
  await deps.stream.append(creatorId, conversationId, told, { more: true });
  await deps.stream.append(creatorId, conversationId, {
    type: 'completed',
    turn_id: turnId,
    message_id: messageId,
    refused: answer.refused,
    finish_reason: answer.finishReason,
    text: answer.text,
  });
  tell(answer, turn);
}

function cancelledAnswer(deps: GenerateDependencies): { readonly answer: TellableAnswer; readonly lastSeq?: number } {
  const answer = {
    text: '',
    refused: false,
    citations: [],
    finishReason: 'cancelled' as const,
    model: deps.chatModel,
    usage: { promptTokens: 0, answerTokens: 0 },
  };
  return { answer };
}

type Untold = 'promptVersion' | 'evidence' | 'timingMs';
type TellableAnswer = Omit<Answer, Untold> & Partial<Pick<Answer, Untold>>;

function usageOf(answer: TellableAnswer) {
  return {
    answers: 1,
    refusals: answer.refused ? 1 : 0,
    prompt_tokens: answer.usage.promptTokens,
    answer_tokens: answer.usage.answerTokens,
  };
}

/** Observes, once, how long the visitor waited for the first text of this delivery. */
function firstTextTeller(): () => void {
  const startedAt = performance.now();
  let told = false;
  return () => {
    if (told) return;
    told = true;
    const waitedMs = performance.now() - startedAt;
    observe('understudy_first_token_seconds', {}, waitedMs / 1_000);
    tellCloudWatch('FirstToken', waitedMs, {});
  };
}

const tellingFirst = (writer: DeltaWriter, tellFirst: () => void): DeltaWriter => ({
  ...writer,
  write(text) {
    writer.write(text);
    tellFirst();
  },
});

function tell(answer: TellableAnswer, turn: ClaimedTurn): void {
  add('understudy_turns_total', { outcome: answer.refused ? 'refused' : answer.finishReason }, 1);
  add('understudy_tokens_total', { kind: 'prompt' }, answer.usage.promptTokens);
  add('understudy_tokens_total', { kind: 'answer' }, answer.usage.answerTokens);
  log.info('turn answered', {
    turn_id: turn.turnId,
    attempt: turn.attempt,
    refused: answer.refused,
    finish_reason: answer.finishReason,
    citations: answer.citations.length,
    timing_ms: answer.timingMs,
    evidence: answer.evidence,
    prompt_version: answer.promptVersion,
  });
}
