import type { Passage } from '../../repositories/passage.ts';
import { type PassageWords, wordsOf } from './passage-words.ts';

export interface WordRank {
  readonly passage: Passage;
  /** The weighted share of the question's words that the passage holds, 0 to 1. */
  readonly coverage: number;
}

/** How much a word counts that stands in the title or headings only. */
const IN_HEADING = 0.9;
/** … that is a part of a longer one, or the other way round: phone and telephone, Kurs and Gruppenkurs. */
const AS_PART = 0.75;
const LEAST_PART = 4;

/**
 * Orders candidates by how much of the question they cover. A word that few candidates hold weighs more; one that
 * none holds weighs most, so that coverage tells what is missing as well.
 */
export function rankByWords(candidates: readonly Passage[], weights: ReadonlyMap<string, number>): WordRank[] {
  const held = candidates.map((passage) => {
    const words = wordsOf(passage);
    return { passage, fits: new Map([...weights.keys()].map((stem) => [stem, fitOf(stem, words)])) };
  });
  const worths = new Map<string, number>();
  let total = 0;
  for (const [stem, weight] of weights) {
    const holders = held.filter(({ fits }) => (fits.get(stem) ?? 0) > 0).length;
    const worth = weight * Math.log(2 + candidates.length / (1 + holders));
    worths.set(stem, worth);
    total += worth;
  }
  return held
    .map(({ passage, fits }) => {
      let sum = 0;
      for (const [stem, worth] of worths) sum += worth * (fits.get(stem) ?? 0);
      return { passage, coverage: total === 0 ? 0 : sum / total };
    })
    .filter(({ coverage }) => coverage > 0)
    .sort((a, b) => b.coverage - a.coverage);
}

function fitOf(stem: string, { text, heading }: PassageWords): number {
  if (text.has(stem)) return 1;
  if (heading.has(stem)) return IN_HEADING;
  if (stem.length < LEAST_PART) return 0;
  for (const words of [heading, text]) {
    for (const word of words) {
      if (word.length > stem.length ? word.includes(stem) : word.length >= LEAST_PART && stem.includes(word)) {
        return AS_PART;
      }
    }
  }
  return 0;
}
