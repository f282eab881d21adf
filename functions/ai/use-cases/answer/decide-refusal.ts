import { plainWords, type SmallTalk, smallTalkIn } from '../../../../shared/language/small-talk.ts';
import { rankByWords } from '../retrieve/rank-by-words.ts';
import type { Retrieval } from '../retrieve/retrieve-passages.ts';
import type { RetrievalQuery } from '../retrieve/widen-query.ts';
import { contentStems } from '../text/content-stems.ts';

export type Refusal = SmallTalk | 'not_covered';

/** Where a question counts as answered by the sources, for one embedding model. */
export interface RefusalThresholds {
  /** Cosine at which the vectors alone are enough. */
  readonly sureSimilarity: number;
  /** Cosine below which words must carry the case. */
  readonly leastSimilarity: number;
  /** Share of the question's words in one passage that is enough beside a middling cosine. */
  readonly someCoverage: number;
  /** Share that is enough by itself. */
  readonly sureCoverage: number;
}

/**
 * Feature hashing dilutes a sentence in a long passage, and words alone do not know what means the same: so only what
 * shares nothing at all is refused here, and the offline model judges sentence by sentence.
 */
export const OFFLINE_THRESHOLDS: RefusalThresholds = {
  sureSimilarity: 0.02,
  leastSimilarity: 0.005,
  someCoverage: 0.05,
  sureCoverage: 0.1,
};

/** nomic-embed-text puts unrelated texts at 0.4 to 0.55 and answers at 0.65 and above. */
export const MODEL_THRESHOLDS: RefusalThresholds = {
  sureSimilarity: 0.68,
  leastSimilarity: 0.52,
  someCoverage: 0.25,
  sureCoverage: 0.75,
};

/** Where a creator's own threshold stands when they have set none. */
const DEFAULT_THRESHOLD = 0.5;

export interface Judgement {
  /** Undefined means that the sources may hold an answer. */
  readonly refusal: Refusal | undefined;
  /** 0 to 1: how much speaks for it. What falls below the creator's threshold is refused. */
  readonly evidence: number;
}

/**
 * Whether the sources hold an answer, judged before any model is asked; the model may still say that they do not. The
 * creator's threshold (0 lets everything through, 1 hardly anything) moves the border; `npm run eval` sets it.
 */
export function judgeEvidence(
  question: string,
  query: RetrievalQuery,
  retrieval: Pick<Retrieval, 'passages' | 'similarity' | 'complete' | 'settings'>,
  thresholds: RefusalThresholds,
): Judgement {
  // What the creator answered in person goes before what is said to everybody.
  const inPerson = retrieval.passages.some(({ settles, title }) => settles && isAbout(title, question));
  if (inPerson && query.said !== undefined) return { refusal: undefined, evidence: 1 };
  const smallTalk = inPerson ? undefined : smallTalkIn(question);
  if (smallTalk) return { refusal: smallTalk.kind, evidence: 0 };
  if (retrieval.passages.length === 0) return { refusal: 'not_covered', evidence: 0 };
  const [best] = rankByWords(retrieval.passages, query.weights);
  const coverage = best?.coverage ?? 0;
  const similarity = retrieval.similarity ?? (retrieval.complete ? 0 : thresholds.leastSimilarity);
  const evidence = evidenceFor(similarity, coverage, thresholds);
  const enough = evidence >= (retrieval.settings.refusalThreshold ?? DEFAULT_THRESHOLD);
  return { refusal: enough ? undefined : 'not_covered', evidence };
}

/** Whether a curated question is that of this very message, and not one asked before, whose words a short one borrows. */
function isAbout(curated: string, message: string): boolean {
  const own = contentStems(message);
  return own.isDisjointFrom(contentStems(curated)) ? plainWords(curated) === plainWords(message) : true;
}

/** 0 to 1; one half where vectors, words or both together are just enough, and 1 only for what could not be nearer. */
function evidenceFor(similarity: number, coverage: number, thresholds: RefusalThresholds): number {
  const { sureSimilarity, leastSimilarity, someCoverage, sureCoverage } = thresholds;
  const both = Math.min(similarity / leastSimilarity, coverage / someCoverage, 1) / 2;
  return Math.max(0, both, riseTo(similarity, sureSimilarity), riseTo(coverage, sureCoverage));
}

/** 0 at 0, one half at `enough`, 1 at 1. */
function riseTo(value: number, enough: number): number {
  if (value <= enough) return value / enough / 2;
  return Math.min(1, 0.5 + (value - enough) / (1 - enough) / 2);
}
