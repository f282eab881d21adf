import { LEAST_WEIGHT, PASSAGES_AT_ONCE, WEIGHT_STEPS } from '../../../../shared/lifecycles/document/chunk-words.ts';
import type { ChunkAt } from '../../repositories/passages.ts';
import type { WordPlaces } from '../../repositories/word-places.ts';

export interface RankedPlace extends ChunkAt {
  /** As `ts_rank` has it, so that it compares with what Postgres ranks. */
  readonly rank: number;
}

/** By the byte that is stored. */
const WEIGHTS = Float64Array.from({ length: 256 }, (_, step) => LEAST_WEIGHT * Math.exp(step / WEIGHT_STEPS));
/** What `ts_rank` gives a word of the lowest class, divided by the sum of 1 + 1/4 + 1/9 … */
const LOWEST_CLASS = 0.1 / 1.64493406685;

/** The `limit` passages in which most of the words stand, best first: exactly, however many hold one of them. */
export function rankPlaces(byWord: readonly (readonly WordPlaces[])[], limit: number): RankedPlace[] {
  const runs = [...new Set(byWord.flatMap((places) => places.map(({ run }) => run)))].sort();
  const numbers = new Map(runs.map((run, number) => [run, number]));
  const sums = new Float64Array(runs.length * PASSAGES_AT_ONCE);
  for (const places of byWord) {
    for (const { run, pairs } of places) {
      const first = (numbers.get(run) ?? 0) * PASSAGES_AT_ONCE;
      for (let at = 0; at < pairs.length; at += 2) {
        const place = first + (pairs[at] ?? 0);
        sums[place] = (sums[place] ?? 0) + (WEIGHTS[pairs[at + 1] ?? 0] ?? 0);
      }
    }
  }
  return bestOf(sums, limit).map((place) => {
    const [documentId = '', generation, first] = (runs[Math.floor(place / PASSAGES_AT_ONCE)] ?? '').split(' ');
    const index = Number(first) + (place % PASSAGES_AT_ONCE);
    return {
      documentId,
      generation: Number(generation),
      index,
      rank: (LOWEST_CLASS * (sums[place] ?? 0)) / byWord.length,
    };
  });
}

/** The places of the greatest sums, in their order, without sorting all of them. */
function bestOf(sums: Float64Array, limit: number): number[] {
  const best: number[] = [];
  for (let place = 0; place < sums.length; place += 1) {
    const sum = sums[place] ?? 0;
    if (sum === 0 || (best.length === limit && sum <= (sums[best[limit - 1] ?? 0] ?? 0))) continue;
    let at = best.length;
    while (at > 0 && (sums[best[at - 1] ?? 0] ?? 0) < sum) at -= 1;
    best.splice(at, 0, place);
    if (best.length > limit) best.pop();
  }
  return best;
}
