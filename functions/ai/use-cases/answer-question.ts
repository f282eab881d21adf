import type { Citation } from '../../../shared/models/citation.ts';
import type { OllamaGateway } from '../gateways/ollama.ts';
import { buildPrompt, PROMPT_VERSION, type Voice } from './build-prompt.ts';
import { decideRefusal, type Refusal, type RefusalThresholds } from './decide-refusal.ts';
import { refusalText } from './refusal-text.ts';
import { type RetrieveDependencies, retrievePassages } from './retrieve-passages.ts';
import { type HistoryMessage, widenQuery } from './widen-query.ts';
import { type AnswerTimeouts, writeAnswer } from './write-answer.ts';

export interface AnswerDependencies {
  readonly retrieval: RetrieveDependencies;
  readonly ollama: Pick<OllamaGateway, 'chat' | 'chatModel'>;
  /** Those of the embedding model that is in use. */
  readonly thresholds: () => Promise<RefusalThresholds>;
  readonly timeouts: AnswerTimeouts;
}

export interface QuestionAsked {
  readonly creatorId: string;
  readonly question: string;
  readonly history: readonly HistoryMessage[];
  readonly voice: Voice | undefined;
  readonly signal: AbortSignal;
  /** Receives the answer as it is made, a refusal included. */
  readonly onText: (text: string) => void;
}

export interface Answer {
  /** What `onText` received, in one. */
  readonly text: string;
  readonly refused: boolean;
  readonly citations: readonly Citation[];
  readonly finishReason: 'stop' | 'length' | 'cancelled';
  readonly model: string;
  readonly promptVersion: string;
  readonly usage: { readonly promptTokens: number; readonly answerTokens: number };
  readonly timingMs: {
    readonly embedding: number;
    readonly vectors: number;
    readonly text_search: number;
    readonly retrieval: number;
    readonly first_token: number;
    readonly generation: number;
    readonly total: number;
  };
}

const PASSAGES = 5;

/**
 * Answers from the creator's material or refuses politely.
 *
 * @throws APIError UPSTREAM_FAILED, UPSTREAM_TIMEOUT or DEPENDENCY_UNAVAILABLE when the model does
 */
export async function answerQuestion(deps: AnswerDependencies, asked: QuestionAsked): Promise<Answer> {
  const startedAt = performance.now();
  const since = (from: number) => Math.round(performance.now() - from);
  const query = widenQuery(asked.question, asked.history);
  const [retrieval, thresholds] = await Promise.all([
    retrievePassages(deps.retrieval, { creatorId: asked.creatorId, query, count: PASSAGES, signal: asked.signal }),
    deps.thresholds(),
  ]);
  const retrievedMs = since(startedAt);
  const timing = (generation: number, firstToken: number) => ({
    embedding: retrieval.timingMs.embedding,
    vectors: retrieval.timingMs.vectors,
    text_search: retrieval.timingMs.text,
    retrieval: retrievedMs,
    first_token: firstToken,
    generation,
    total: since(startedAt),
  });
  const about = { model: deps.ollama.chatModel, promptVersion: PROMPT_VERSION };
  const refuse = (refusal: Refusal, used = { promptTokens: 0, answerTokens: 0 }, generation = 0): Answer => {
    const text = refusalText(refusal, asked.voice?.locale ?? 'en');
    asked.onText(text);
    return {
      ...about,
      text,
      refused: true,
      citations: [],
      finishReason: 'stop',
      usage: used,
      timingMs: timing(generation, 0),
    };
  };

  const refusal = decideRefusal(asked.question, query, retrieval, thresholds);
  if (refusal) return refuse(refusal);
  const prompt = buildPrompt({ ...asked, query, passages: retrieval.passages });
  const generatingSince = performance.now();
  const written = await writeAnswer(deps.ollama, {
    prompt,
    timeouts: deps.timeouts,
    signal: asked.signal,
    onText: asked.onText,
  });
  const usage = { promptTokens: written.promptTokens, answerTokens: written.answerTokens };
  if (written.refused) return refuse('not_covered', usage, since(generatingSince));
  return {
    ...about,
    text: written.text,
    refused: false,
    citations: written.citations,
    finishReason: written.finishReason,
    usage,
    timingMs: timing(since(generatingSince), written.firstTokenMs ?? 0),
  };
}
