import { spendLimitReached } from '../../../../shared/database/daily-answers.ts';
import { add } from '../../../../shared/observability/metrics.ts';
import { joinNeighbours } from '../retrieve/join-neighbours.ts';
import { sourcesFor } from '../retrieve/prefer-curated.ts';
import { type Retrieval, retrievePassages } from '../retrieve/retrieve-passages.ts';
import { widenQuery } from '../retrieve/widen-query.ts';
import type { Answer, AnswerDependencies, QuestionAsked } from './answer-question.ts';
import { buildPrompt, PROMPT_VERSION } from './build-prompt.ts';
import { judgeEvidence, type Refusal } from './decide-refusal.ts';
import { refusalText } from './refusal-text.ts';
import { writeAnswer } from './write-answer.ts';

const PASSAGES = 5;

/** Retrieves, decides, and has the model write. @throws as `answerQuestion` */
export async function answerAnew(
  deps: AnswerDependencies,
  asked: QuestionAsked,
): Promise<{ readonly answer: Answer; readonly retrieval: Retrieval }> {
  const startedAt = performance.now();
  const since = (from: number) => Math.round(performance.now() - from);
  const query = widenQuery(asked.question, asked.history);
  const [retrieval, thresholds] = await Promise.all([
    retrievePassages(deps.retrieval, { creatorId: asked.creatorId, query, count: PASSAGES, signal: asked.signal }),
    deps.thresholds(),
  ]);
  const retrievedMs = since(startedAt);

  const finish = (
    answer: Omit<Answer, 'model' | 'promptVersion' | 'evidence' | 'timingMs'>,
    generation = 0,
    firstToken = 0,
  ) => ({
    retrieval,
    answer: {
      ...answer,
      model: deps.ollama.chatModel,
      promptVersion: PROMPT_VERSION,
      evidence,
      timingMs: {
        embedding: retrieval.timingMs.embedding,
        vectors: retrieval.timingMs.vectors,
        text_search: retrieval.timingMs.text,
        retrieval: retrievedMs,
        first_token: firstToken,
        generation,
        total: since(startedAt),
      },
    },
  });
  const refuse = (refusal: Refusal, usage = { promptTokens: 0, answerTokens: 0 }, generation = 0) => {
    const titles = retrieval.passages.filter(({ curated }) => !curated).map(({ title }) => title);
    const text = refusalText(refusal, { question: asked.question, locale: asked.voice?.locale, titles });
    asked.onText(text);
    return finish({ text, refused: true, citations: [], finishReason: 'stop', usage }, generation);
  };

  const { refusal, evidence } = judgeEvidence(asked.question, query, retrieval, thresholds);
  if (refusal) return refuse(refusal);
  if (asked.takeAnswer) await asked.takeAnswer();
  else if (retrieval.settings.answersLeft === 0) throw spendLimitReached();
  const prompt = buildPrompt({ ...asked, query, passages: joinNeighbours(sourcesFor(retrieval.passages)) });
  const generatingSince = performance.now();
  const { signal, onText } = asked;
  const written = await writeAnswer(deps.ollama, { prompt, timeouts: deps.timeouts, signal, onText });
  const { text, citations, finishReason, promptTokens, answerTokens, firstTokenMs } = written;
  const usage = { promptTokens, answerTokens };
  const generation = since(generatingSince);
  if (written.unfounded) {
    add('understudy_answers_withdrawn_total', {}, 1);
    await asked.onWithdraw?.();
  }
  if (written.refused || written.unfounded) return refuse('not_covered', usage, generation);
  return finish({ text, refused: false, citations, finishReason, usage }, generation, firstTokenMs);
}
