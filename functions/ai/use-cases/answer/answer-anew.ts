import { spendLimitReached } from '../../../../shared/database/daily-answers.ts';
import { add } from '../../../../shared/observability/metrics.ts';
import { joinNeighbours } from '../retrieve/join-neighbours.ts';
import { sourcesFor } from '../retrieve/prefer-curated.ts';
import { type Retrieval, retrievePassages } from '../retrieve/retrieve-passages.ts';
import { type RetrievalQuery, widenQuery } from '../retrieve/widen-query.ts';
import type { Answer, AnswerDependencies, QuestionAsked } from './answer-question.ts';
import { buildPrompt, PROMPT_VERSION } from './build-prompt.ts';
import { judgeEvidence, type Refusal } from './decide-refusal.ts';
import { refusalText } from './refusal-text.ts';
import { writeAnswer } from './write-answer.ts';

const PASSAGES = 5;

/** What was said, with how long the model took; 0 where it was not asked. */
interface Said extends Omit<Answer, 'model' | 'promptVersion' | 'evidence' | 'timingMs'> {
  readonly generationMs?: number;
  readonly firstTokenMs?: number | undefined;
}

/** Retrieves, decides, and has the model write. @throws as `answerQuestion` */
export async function answerAnew(
  deps: AnswerDependencies,
  asked: QuestionAsked,
): Promise<{ readonly answer: Answer; readonly retrieval: Retrieval }> {
  const startedAt = performance.now();
  const query = widenQuery(asked.question, asked.history);
  const [retrieval, thresholds] = await Promise.all([
    retrievePassages(deps.retrieval, { creatorId: asked.creatorId, query, count: PASSAGES, signal: asked.signal }),
    deps.thresholds(),
  ]);
  const retrievedMs = msSince(startedAt);
  const { refusal, evidence } = judgeEvidence(asked.question, query, retrieval, thresholds);
  const said = refusal ? refuse(asked, retrieval, refusal) : await haveWritten(deps, asked, query, retrieval);
  const { generationMs = 0, firstTokenMs = 0, ...answer } = said;
  const timingMs = {
    embedding: retrieval.timingMs.embedding,
    vectors: retrieval.timingMs.vectors,
    text_search: retrieval.timingMs.text,
    retrieval: retrievedMs,
    first_token: firstTokenMs,
    generation: generationMs,
    total: msSince(startedAt),
  };
  return {
    retrieval,
    answer: { ...answer, model: deps.ollama.chatModel, promptVersion: PROMPT_VERSION, evidence, timingMs },
  };
}

/** The model's answer, or a refusal where it finds none in the passages, or says what does not rest on them. */
async function haveWritten(
  deps: AnswerDependencies,
  asked: QuestionAsked,
  query: RetrievalQuery,
  retrieval: Retrieval,
): Promise<Said> {
  if (asked.takeAnswer) await asked.takeAnswer();
  else if (retrieval.settings.answersLeft === 0) throw spendLimitReached();
  const prompt = buildPrompt({ ...asked, query, passages: joinNeighbours(sourcesFor(retrieval.passages)) });
  const startedAt = performance.now();
  const { signal, onText } = asked;
  const written = await writeAnswer(deps.ollama, { prompt, timeouts: deps.timeouts, signal, onText });
  const { text, citations, finishReason, promptTokens, answerTokens, firstTokenMs } = written;
  const costs = { usage: { promptTokens, answerTokens }, generationMs: msSince(startedAt) };
  if (written.unfounded) {
    add('understudy_answers_withdrawn_total', {}, 1);
    await asked.onWithdraw?.();
  }
  if (written.refused || written.unfounded) return { ...refuse(asked, retrieval, 'not_covered'), ...costs };
  return { text, refused: false, citations, finishReason, firstTokenMs, ...costs };
}

function refuse(asked: QuestionAsked, retrieval: Retrieval, refusal: Refusal): Said {
  const titles = retrieval.passages.filter(({ curated }) => !curated).map(({ title }) => title);
  const text = refusalText(refusal, { question: asked.question, locale: asked.voice?.locale, titles });
  asked.onText(text);
  const usage = { promptTokens: 0, answerTokens: 0 };
  return { text, refused: true, citations: [], finishReason: 'stop', usage };
}

const msSince = (startedAt: number) => Math.round(performance.now() - startedAt);
