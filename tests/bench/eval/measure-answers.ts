import { openVectorIndex } from '../../../functions/ai/gateways/chroma.ts';
import { openOllama } from '../../../functions/ai/gateways/ollama.ts';
import { readAnswerSettings } from '../../../functions/ai/repositories/answer-settings.ts';
import { passagesTable } from '../../../functions/ai/repositories/passages.ts';
import {
  type Answer,
  type AnswerDependencies,
  answerQuestion,
} from '../../../functions/ai/use-cases/answer/answer-question.ts';
import { MODEL_THRESHOLDS, OFFLINE_THRESHOLDS } from '../../../functions/ai/use-cases/answer/decide-refusal.ts';
import { type FoundPassage, retrievePassages } from '../../../functions/ai/use-cases/retrieve/retrieve-passages.ts';
import { widenQuery } from '../../../functions/ai/use-cases/retrieve/widen-query.ts';
import { openHttpClient } from '../../../shared/clients/http-client.ts';
import { openKnowledgeBase } from '../../support/knowledge-base.ts';
import { noAnswerCache } from '../../support/no-answer-cache.ts';
import type { TestDatabase } from '../../support/test-database.ts';
import type { EvalQuestion, QuestionSet } from './question-sets.ts';

export interface EvalParts {
  readonly database: TestDatabase;
  readonly chromaUrl: string;
  readonly ollamaUrl: string;
  readonly chatModel: string;
  readonly embeddingModel: string;
}

export interface Miss {
  readonly question: string;
  readonly fault: 'not found in five' | 'refused' | 'answered' | 'wrong citation';
}

export interface EvalFigures {
  readonly set: string;
  readonly chunkTokens: number;
  readonly answerable: number;
  readonly unanswerable: number;
  /** Shares, 0 to 1. */
  readonly recallAt1: number;
  readonly recallAt5: number;
  readonly refusedRightly: number;
  readonly refusedWrongly: number;
  /** Citations whose passage holds the words that the claim is made of. */
  readonly citationsRight: number;
  readonly misses: readonly Miss[];
}

interface Outcome {
  readonly asked: EvalQuestion;
  /** Place of the gold passage, from 0; −1 when it was not found. */
  readonly place: number;
  readonly answer: Answer;
  readonly rightCitations: number;
}

/** Asks every question of a set to a creator of its own, over real parts. */
export async function measureAnswers(parts: EvalParts, set: QuestionSet, chunkTokens: number): Promise<EvalFigures> {
  const { deps, knowledge } = await openEval(parts, set, chunkTokens);
  try {
    const outcomes: Outcome[] = [];
    for (const asked of set.questions) outcomes.push(await ask(deps, knowledge.creatorId, asked));
    return figuresOf(set.name, chunkTokens, outcomes);
  } finally {
    await knowledge.close();
  }
}

async function openEval(parts: EvalParts, set: QuestionSet, chunkTokens: number) {
  const { database, chatModel, embeddingModel } = parts;
  const http = openHttpClient({ name: 'eval', timeoutMs: 120_000, isRepeatable: () => true });
  const ollama = openOllama({ url: parts.ollamaUrl, chatModel, embeddingModel, http });
  const vectors = openVectorIndex({ url: parts.chromaUrl, http });
  const knowledge = await openKnowledgeBase({ database, ollama, vectors });
  for (const document of set.documents) await knowledge.add(document, chunkTokens);
  const thresholds = (await ollama.models()).offline ? OFFLINE_THRESHOLDS : MODEL_THRESHOLDS;
  const tables = { passages: passagesTable, readSettings: readAnswerSettings };
  const deps: AnswerDependencies = {
    retrieval: { database: knowledge.database, ollama, vectors, ...tables },
    ollama,
    thresholds: async () => thresholds,
    timeouts: { firstTokenMs: 120_000, betweenTokensMs: 60_000 },
    answers: noAnswerCache,
  };
  return { deps, knowledge };
}

async function ask(deps: AnswerDependencies, creatorId: string, asked: EvalQuestion): Promise<Outcome> {
  const { question, gold } = asked;
  const { passages } = await retrievePassages(deps.retrieval, { creatorId, query: widenQuery(question, []), count: 5 });
  const answer = await answerQuestion(deps, {
    ...{ creatorId, question, history: [], voice: undefined },
    ...{ signal: AbortSignal.timeout(180_000), onText: () => {} },
  });
  const place = gold === undefined ? -1 : passages.findIndex((passage) => oneLine(passage.text).includes(gold));
  return { asked, place, answer, rightCitations: countRight(answer, passages) };
}

/** A claim is what stands before its marker; most of its words must stand in the cited passage. */
function countRight(answer: Answer, passages: readonly FoundPassage[]): number {
  const parts = answer.text.split(/\[(\d+)\]/);
  return answer.citations.filter(({ n, chunk_id }) => {
    const at = parts.findIndex((part, place) => place % 2 === 1 && Number(part) === n);
    const claim = (parts[at - 1] ?? '').split(/(?<=[.!?])\s+(?=\S)/).findLast((sentence) => /\p{L}/u.test(sentence));
    const words = (claim ?? '').toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
    const source = passages.find((passage) => passage.chunkId === chunk_id)?.text.toLowerCase() ?? '';
    return words.length > 0 && words.filter((word) => source.includes(word)).length >= 0.7 * words.length;
  }).length;
}

function figuresOf(set: string, chunkTokens: number, outcomes: readonly Outcome[]): EvalFigures {
  const answerable = outcomes.filter(({ asked }) => asked.gold !== undefined);
  const unanswerable = outcomes.filter(({ asked }) => asked.gold === undefined);
  const cited = outcomes.reduce((sum, { answer }) => sum + answer.citations.length, 0);
  const share = (all: readonly Outcome[], holds: (outcome: Outcome) => boolean) =>
    all.length === 0 ? 1 : all.filter(holds).length / all.length;
  return {
    ...{ set, chunkTokens, answerable: answerable.length, unanswerable: unanswerable.length },
    recallAt1: share(answerable, ({ place }) => place === 0),
    recallAt5: share(answerable, ({ place }) => place >= 0),
    refusedRightly: share(unanswerable, ({ answer }) => answer.refused),
    refusedWrongly: share(answerable, ({ answer }) => answer.refused),
    citationsRight: cited === 0 ? 1 : outcomes.reduce((sum, { rightCitations }) => sum + rightCitations, 0) / cited,
    misses: outcomes.flatMap(missesOf),
  };
}

function missesOf({ asked, place, answer, rightCitations }: Outcome): Miss[] {
  const { question, gold } = asked;
  const misses: Miss[] = [];
  if (gold !== undefined && place < 0) misses.push({ question, fault: 'not found in five' });
  if (gold !== undefined && answer.refused) misses.push({ question, fault: 'refused' });
  if (gold === undefined && !answer.refused) misses.push({ question, fault: 'answered' });
  if (rightCitations < answer.citations.length) misses.push({ question, fault: 'wrong citation' });
  return misses;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}
