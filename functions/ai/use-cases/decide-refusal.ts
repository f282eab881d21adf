import { contentStems } from './content-words.ts';
import { rankByWords } from './rank-by-words.ts';
import type { Retrieval } from './retrieve-passages.ts';
import type { RetrievalQuery } from './widen-query.ts';

export type Refusal = 'greeting' | 'not_covered';

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

/** Feature hashing knows words only, so words decide. Set on one half of `npm run eval`'s questions. */
export const OFFLINE_THRESHOLDS: RefusalThresholds = {
  sureSimilarity: 0.4,
  leastSimilarity: 0.09,
  someCoverage: 0.28,
  sureCoverage: 0.5,
};

/** nomic-embed-text puts unrelated texts at 0.4 to 0.55 and answers at 0.65 and above. */
export const MODEL_THRESHOLDS: RefusalThresholds = {
  sureSimilarity: 0.68,
  leastSimilarity: 0.52,
  someCoverage: 0.25,
  sureCoverage: 0.75,
};

const GREETING =
  /^[\p{P}\s]*(hi+|hello|hey( there)?|good (morning|afternoon|evening|day)|how are you( doing)?( today)?|what'?s up|thanks?( you)?( (so|very) much)?|thx|ok(ay)?|bye|goodbye|see you|test(ing)?|hallo|guten (tag|morgen|abend)|wie geht'?s( dir)?|danke( sch[oö]n)?|tsch[uü]ss|bonjour|bonsoir|salut|[cç]a va|merci( beaucoup)?|au revoir|hola|buen[oa]s (d[ií]as|tardes|noches)|gracias|adi[oó]s|ciao|buongiorno|grazie|ol[aá]|obrigad[oa]|hoi|dank je|dag)([\p{P}\s]+(hi+|hello|hey|there|everyone|all|you|how are you( doing)?( today)?|wie geht'?s( dir)?|[cç]a va))*[\p{P}\s]*$/iu;

/**
 * Whether the sources hold an answer, judged before any model is asked: undefined means they may. The model may still
 * say that they do not.
 */
export function decideRefusal(
  question: string,
  query: RetrievalQuery,
  retrieval: Retrieval,
  thresholds: RefusalThresholds,
): Refusal | undefined {
  if (GREETING.test(question) || !/[\p{L}\p{N}]/u.test(question)) return 'greeting';
  if (retrieval.passages.length === 0) return 'not_covered';
  const [best] = rankByWords(retrieval.passages, query.weights);
  const coverage = best?.coverage ?? 0;
  const similarity = retrieval.similarity ?? (retrieval.complete ? -1 : thresholds.leastSimilarity);
  if (similarity >= thresholds.sureSimilarity || coverage >= thresholds.sureCoverage) return undefined;
  // A question of grammar words only ("who are you?") leaves nothing to find.
  if (contentStems(question).size === 0 && query.weights.size === 0) return 'not_covered';
  const likely = similarity >= thresholds.leastSimilarity && coverage >= thresholds.someCoverage;
  return likely ? undefined : 'not_covered';
}
