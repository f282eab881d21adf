import type { Citation } from '../../../../shared/models/citation.ts';
import type { AnswerCache, CachedAnswer } from '../../gateways/answer-cache.ts';
import type { OllamaGateway } from '../../gateways/ollama.ts';
import type { AnswerBasis, readAnswerBasis } from '../../repositories/answer-basis.ts';
import type { RetrieveDependencies } from '../retrieve/retrieve-passages.ts';
import type { HistoryMessage } from '../retrieve/widen-query.ts';
import { answerAnew } from './answer-anew.ts';
import { PROMPT_VERSION, type Voice } from './build-prompt.ts';
import type { RefusalThresholds } from './decide-refusal.ts';
import type { AnswerTimeouts } from './write-answer.ts';

export interface AnswerDependencies {
  readonly retrieval: RetrieveDependencies;
  readonly ollama: Pick<OllamaGateway, 'chat' | 'chatModel'>;
  /** Those of the embedding model that is in use. */
  readonly thresholds: () => Promise<RefusalThresholds>;
  readonly timeouts: AnswerTimeouts;
  readonly answers: Pick<AnswerCache, 'read' | 'write'>;
  readonly readBasis: typeof readAnswerBasis;
}

export interface QuestionAsked {
  readonly creatorId: string;
  readonly question: string;
  readonly history: readonly HistoryMessage[];
  readonly voice: Voice | undefined;
  /** What a kept answer must rest on, for who has read it already. */
  readonly basis?: AnswerBasis | undefined;
  readonly signal: AbortSignal;
  /** Receives the answer as it is made, a refusal included. */
  readonly onText: (text: string) => void;
  /** Counts the answer before the model is asked; a turn of a conversation counts by being open. @throws APIError */
  readonly takeAnswer?: () => Promise<void>;
  /** Told that what `onText` received so far counts no more; what follows replaces it. */
  readonly onWithdraw?: () => Promise<void>;
}

export interface Answer {
  /** What `onText` received, in one. */
  readonly text: string;
  readonly refused: boolean;
  readonly citations: readonly Citation[];
  readonly finishReason: 'stop' | 'length' | 'cancelled';
  readonly model: string;
  readonly promptVersion: string;
  /** 0 to 1: how much spoke for an answer before the model was asked. */
  readonly evidence: number;
  readonly usage: { readonly promptTokens: number; readonly answerTokens: number };
  /** Milliseconds of each stage. */
  readonly timingMs: Readonly<
    Record<'embedding' | 'vectors' | 'text_search' | 'retrieval' | 'first_token' | 'generation' | 'total', number>
  >;
}

/**
 * Answers from the creator's material or refuses politely. A question without a history that was answered before from
 * the same material gets the same answer again.
 *
 * @throws APIError UPSTREAM_FAILED, UPSTREAM_TIMEOUT or DEPENDENCY_UNAVAILABLE when the model does
 * @throws APIError SPEND_LIMIT_REACHED when the creator's answers of today are used up
 */
export async function answerQuestion(deps: AnswerDependencies, asked: QuestionAsked): Promise<Answer> {
  if (asked.history.length > 0) return (await answerAnew(deps, asked)).answer;
  const parts = partsOf(deps, asked);
  // Before the material is looked at: what is forgotten meanwhile is not to be kept.
  const { answer: known, mark } = await deps.answers.read(asked.creatorId, parts);
  const again = known && (await answerAgain(deps, asked, known));
  if (again) return again;
  const { answer, retrieval } = await answerAnew(deps, asked);
  const { text, refused, finishReason } = answer;
  // What was found by half a search may be bettered by the next one.
  if (retrieval.complete && finishReason !== 'cancelled') {
    const { knowledgeVersion, settings } = retrieval;
    const basis = keyOf({ knowledgeVersion, refusalThreshold: settings.refusalThreshold });
    const { evidence } = answer;
    const citations = [...answer.citations];
    const kept = { basis, text, refused, finishReason, evidence, citations };
    await deps.answers.write(asked.creatorId, parts, kept, mark);
  }
  return answer;
}

async function answerAgain(
  deps: AnswerDependencies,
  asked: QuestionAsked,
  known: CachedAnswer,
): Promise<Answer | undefined> {
  const startedAt = performance.now();
  const { creatorId } = asked;
  const basis =
    asked.basis ?? (await deps.retrieval.database.readAsTenant(creatorId, (db) => deps.readBasis(db, creatorId)));
  if (known.basis !== keyOf(basis)) return undefined;
  asked.onText(known.text);
  const total = Math.round(performance.now() - startedAt);
  return {
    text: known.text,
    refused: known.refused,
    citations: known.citations,
    finishReason: known.finishReason,
    model: deps.ollama.chatModel,
    promptVersion: PROMPT_VERSION,
    evidence: known.evidence,
    usage: { promptTokens: 0, answerTokens: 0 },
    timingMs: { embedding: 0, vectors: 0, text_search: 0, retrieval: 0, first_token: 0, generation: 0, total },
  };
}

/** Whatever an answer depends on besides the material: people type the same question with other blanks and case. */
function partsOf(deps: AnswerDependencies, { question, voice }: QuestionAsked): string[] {
  const asked = question.normalize('NFC').trim().replaceAll(/\s+/g, ' ').toLowerCase();
  const { chatModel } = deps.ollama;
  return [PROMPT_VERSION, chatModel, deps.retrieval.ollama.embeddingModel, JSON.stringify(voice ?? null), asked];
}

const keyOf = ({ knowledgeVersion, refusalThreshold }: AnswerBasis) => `${knowledgeVersion}:${refusalThreshold ?? ''}`;
