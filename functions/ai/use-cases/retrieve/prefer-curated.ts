import { plainWords } from '../../../../shared/language/small-talk.ts';
import { contentStems, shareOf } from '../text/content-stems.ts';
import type { FoundPassage } from './retrieve-passages.ts';
import type { RetrievalQuery } from './widen-query.ts';

/** The share of the asked words that a curated question holds, and of its own that were asked. */
const FITS = { asked: 0.5, own: 0.5 };
/** From here on it is the same question in other order and inflection. */
const SAME = { asked: 0.75, own: 0.6 };
/** The cosine from which a pair is about what was asked, though no word is shared. */
const NEAR = 0.7;

/**
 * Puts the curated answers that fit before every passage, and marks those whose question is the very one that was
 * asked: what the creator answered in person needs no other source beside it. One that merely shares a word keeps the
 * place it was found at.
 *
 * @param nearness cosine by chunk, of what the vector search found
 */
export function preferCurated(
  ranked: readonly FoundPassage[],
  query: RetrievalQuery,
  nearness: ReadonlyMap<string, number>,
): FoundPassage[] {
  const fitting: { passage: FoundPassage; fit: number }[] = [];
  const others: FoundPassage[] = [];
  for (const passage of ranked) {
    const { asked, own } = passage.curated ? sharesOf(passage.title, query) : { asked: 0, own: 0 };
    const isSaid = passage.curated && query.said !== undefined && plainWords(passage.title) === query.said;
    // What holds no word of its own is looked up by those of the question before it, whose answer was told then.
    const settles = query.said === undefined ? asked >= SAME.asked && own >= SAME.own : isSaid;
    const near = nearness.get(passage.chunkId) ?? 0;
    if (!passage.curated || !(settles || near >= NEAR || (asked >= FITS.asked && own >= FITS.own))) {
      others.push(passage);
      continue;
    }
    fitting.push({
      passage: { ...passage, score: 1, ...(settles && { settles }) },
      fit: isSaid ? 1 : Math.max(asked * own, near),
    });
  }
  fitting.sort((a, b) => b.fit - a.fit);
  return [...fitting.map(({ passage }) => passage), ...others];
}

/** What an answer is made from: where a curated answer settles the question, nothing that could contradict it. */
export function sourcesFor(passages: readonly FoundPassage[]): readonly FoundPassage[] {
  const settling = passages.filter((passage) => passage.settles);
  return settling.length > 0 ? settling : passages;
}

function sharesOf(question: string, { weights }: RetrievalQuery): { asked: number; own: number } {
  const stems = contentStems(question);
  let held = 0;
  let total = 0;
  for (const [stem, weight] of weights) {
    total += weight;
    if (stems.has(stem)) held += weight;
  }
  return { asked: total === 0 ? 0 : held / total, own: shareOf(stems, new Set(weights.keys())) };
}
