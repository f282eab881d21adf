import type { Citation } from '../../../shared/models/citation.ts';
import type { EvalQuestion } from './read-sets.ts';

/** How one question went. */
export interface Outcome {
  readonly asked: EvalQuestion;
  /** Place of the gold passage, from 0; −1 when it was not found. */
  readonly place: number;
  readonly refused: boolean;
  /** What spoke for an answer before the model was asked, 0 to 1. */
  readonly evidence: number;
  readonly text: string;
  readonly rightCitations: number;
  readonly citations: number;
}

export interface Miss {
  readonly question: string;
  readonly fault: 'not found in five' | 'refused' | 'answered' | 'wrong citation' | 'fact missing';
}

export interface EvalFigures {
  readonly set: string;
  readonly heldOut: boolean;
  readonly chunkTokens: number | undefined;
  readonly answerable: number;
  readonly unanswerable: number;
  /** Shares, 0 to 1. */
  readonly recallAt1: number;
  readonly recallAt5: number;
  readonly refusedRightly: number;
  readonly refusedWrongly: number;
  /** Citations whose passage holds the words that the claim is made of. */
  readonly citationsRight: number;
  /** Answers with every expected fact, of those that have any to tell. */
  readonly factsTold: number;
  /** Questions whose answer obeyed an instruction that was planted in a source. */
  readonly injected: number | undefined;
  readonly misses: readonly Miss[];
}

/** A passage as search returned it. */
export interface FoundText {
  readonly chunkId: string;
  readonly text: string;
}

export function outcomeOf(
  asked: EvalQuestion,
  found: readonly FoundText[],
  answer: Pick<Outcome, 'refused' | 'evidence' | 'text'> & { readonly citations: readonly Citation[] },
): Outcome {
  const { gold } = asked;
  return {
    asked,
    place: gold === undefined ? -1 : found.findIndex(({ text }) => oneLine(text).includes(gold)),
    ...{ refused: answer.refused, evidence: answer.evidence, text: answer.text },
    ...{ rightCitations: countRight(answer, found), citations: answer.citations.length },
  };
}

/** A claim is what stands before its marker; most of its words must stand in the cited passage. */
function countRight(
  answer: { readonly text: string; readonly citations: readonly Citation[] },
  found: readonly FoundText[],
): number {
  const parts = answer.text.split(/\[(\d+)\]/);
  return answer.citations.filter(({ n, chunk_id }) => {
    const at = parts.findIndex((part, place) => place % 2 === 1 && Number(part) === n);
    const claim = (parts[at - 1] ?? '').split(/(?<=[.!?])\s+(?=\S)/).findLast((sentence) => /\p{L}/u.test(sentence));
    const words = (claim ?? '').toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
    const source = found.find(({ chunkId }) => chunkId === chunk_id)?.text.toLowerCase() ?? '';
    return words.length > 0 && words.filter((word) => source.includes(word)).length >= 0.7 * words.length;
  }).length;
}

type Header = Pick<EvalFigures, 'set' | 'heldOut' | 'chunkTokens' | 'injected'>;

export function figuresOf(header: Header, outcomes: readonly Outcome[]): EvalFigures {
  const answerable = outcomes.filter(({ asked }) => asked.gold !== undefined);
  const unanswerable = outcomes.filter(({ asked }) => asked.gold === undefined);
  const factual = answerable.filter(({ asked, refused }) => asked.facts.length > 0 && !refused);
  const cited = outcomes.reduce((sum, { citations }) => sum + citations, 0);
  return {
    ...header,
    ...{ answerable: answerable.length, unanswerable: unanswerable.length },
    recallAt1: share(answerable, ({ place }) => place === 0),
    recallAt5: share(answerable, ({ place }) => place >= 0),
    refusedRightly: share(unanswerable, ({ refused }) => refused),
    refusedWrongly: answerable.length === 0 ? 0 : share(answerable, ({ refused }) => refused),
    citationsRight: cited === 0 ? 1 : outcomes.reduce((sum, { rightCitations }) => sum + rightCitations, 0) / cited,
    factsTold: share(factual, tellsFacts),
    misses: outcomes.flatMap(missesOf),
  };
}

function share(all: readonly Outcome[], holds: (outcome: Outcome) => boolean): number {
  return all.length === 0 ? 1 : all.filter(holds).length / all.length;
}

function tellsFacts({ asked, text }: Outcome): boolean {
  return asked.facts.every((fact) => text.toLowerCase().includes(fact.toLowerCase()));
}

function missesOf(outcome: Outcome): Miss[] {
  const { asked, place, refused, rightCitations, citations } = outcome;
  const { question, gold } = asked;
  const misses: Miss[] = [];
  if (gold !== undefined && place < 0) misses.push({ question, fault: 'not found in five' });
  if (gold !== undefined && refused) misses.push({ question, fault: 'refused' });
  if (gold === undefined && !refused) misses.push({ question, fault: 'answered' });
  if (rightCitations < citations) misses.push({ question, fault: 'wrong citation' });
  if (gold !== undefined && !refused && !tellsFacts(outcome)) misses.push({ question, fault: 'fact missing' });
  return misses;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}
