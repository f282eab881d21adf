import type { Passage } from '../repositories/passages.ts';
import { contentStems } from './content-words.ts';

export interface WordRank {
  readonly passage: Passage;
  /** The weighted share of the question's words that the passage holds, 0 to 1. */
  readonly coverage: number;
}

/** How much a word counts that stands in the title or headings only. */
const IN_HEADING = 0.8;

/**
 * Orders candidates by how much of the question they cover. A word that few candidates hold weighs more; one that
 * none holds weighs most, so that coverage tells what is missing as well.
 */
export function rankByWords(candidates: readonly Passage[], weights: ReadonlyMap<string, number>): WordRank[] {
  const held = candidates.map((passage) => ({
    passage,
    text: contentStems(passage.text),
    heading: contentStems([passage.title, ...passage.headingPath].join(' ')),
  }));
  const rarity = new Map<string, number>();
  let total = 0;
  for (const [stem, weight] of weights) {
    const holders = held.filter(({ text, heading }) => text.has(stem) || heading.has(stem)).length;
    const worth = weight * Math.log(2 + candidates.length / (1 + holders));
    rarity.set(stem, worth);
    total += worth;
  }
  return held
    .map(({ passage, text, heading }) => {
      let sum = 0;
      for (const [stem, worth] of rarity) {
        if (text.has(stem)) sum += worth;
        else if (heading.has(stem)) sum += worth * IN_HEADING;
      }
      return { passage, coverage: total === 0 ? 0 : sum / total };
    })
    .filter(({ coverage }) => coverage > 0)
    .sort((a, b) => b.coverage - a.coverage);
}
