import type { Passage } from '../../repositories/passage.ts';
import { wordsOf } from './passage-words.ts';

/** From here on two passages say the same: a page and its copy differ in a date or a menu. */
const SAME = 0.8;

/** The first `count` of the ranked passages that do not share most of their runs of four words with a better one. */
export function dropNearDuplicates<T extends Passage>(ranked: readonly T[], count: number): T[] {
  const kept: T[] = [];
  for (const passage of ranked) {
    if (kept.length === count) break;
    const { shingles } = wordsOf(passage);
    if (!kept.some((better) => likeness(shingles, wordsOf(better).shingles) >= SAME)) kept.push(passage);
  }
  return kept;
}

function likeness(a: ReadonlySet<number>, b: ReadonlySet<number>): number {
  let shared = 0;
  for (const shingle of a) if (b.has(shingle)) shared += 1;
  return shared / (a.size + b.size - shared);
}
