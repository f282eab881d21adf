import { setTimeout as pause } from 'node:timers/promises';
import { APIError } from '../../../../shared/errors/api-error.ts';
import type { DeltaWriter } from '../../../../shared/lifecycles/conversation/delta-writer.ts';
import { log } from '../../../../shared/observability/logger.ts';
import type { Answer, QuestionAsked } from './answer-question.ts';

export interface StreamAnswerDependencies {
  readonly answer: (asked: QuestionAsked) => Promise<Answer>;
  readonly openWriter: () => DeltaWriter;
  /** Tells the visitor that what was said counts no more. */
  readonly restart: () => Promise<void>;
  /** Waits before further attempts; those below unless given. */
  readonly pausesMs?: readonly number[] | undefined;
}

/** Waits before another attempt: a model server that restarts is back within them. */
const PAUSES_MS = [250, 1_000, 2_000, 4_000, 8_000];
/** How often a visitor may see an answer begin anew. */
const MAX_RESTARTS = 2;

export interface StreamedAnswer {
  readonly answer: Answer;
  /** The number of the last delta; undefined when nothing was said. */
  readonly lastSeq: number | undefined;
}

/**
 * Streams the answer, and begins anew when the model fails in a way that may pass. Silence is not tried again: the
 * visitor has waited long enough.
 *
 * @throws APIError when the model goes on failing; whatever the stream or the signal failed with
 */
export async function streamAnswer(
  deps: StreamAnswerDependencies,
  asked: Omit<QuestionAsked, 'onText' | 'onWithdraw'>,
): Promise<StreamedAnswer> {
  for (let attempt = 0, restarts = 0; ; attempt += 1) {
    const writer = deps.openWriter();
    let wrote = false;
    try {
      const answer = await deps.answer({
        ...asked,
        onText: (text) => {
          wrote = true;
          writer.write(text);
        },
        onWithdraw: async () => {
          await writer.flush();
          await deps.restart();
        },
      });
      return { answer, lastSeq: await writer.flush() };
    } catch (error) {
      const pauseMs = (deps.pausesMs ?? PAUSES_MS)[attempt];
      const final = pauseMs === undefined || restarts >= MAX_RESTARTS || asked.signal.aborted || !mayPass(error);
      if (final) throw error;
      log.warn('the model failed, once more', { attempt: attempt + 1, code: error.code });
      await writer.flush();
      if (wrote) {
        restarts += 1;
        await deps.restart();
      }
      await pause(pauseMs, undefined, { signal: asked.signal }).catch(() => {
        throw asked.signal.reason;
      });
    }
  }
}

function mayPass(error: unknown): error is APIError {
  return error instanceof APIError && (error.code === 'UPSTREAM_FAILED' || error.code === 'DEPENDENCY_UNAVAILABLE');
}
