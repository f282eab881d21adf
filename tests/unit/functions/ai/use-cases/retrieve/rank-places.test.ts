import { expect, test } from 'vitest';
import { rankPlaces } from '../../../../../../functions/ai/use-cases/retrieve/rank-places.ts';

const at = (run: string, ...pairs: number[]) => ({ run, pairs: Uint8Array.from(pairs) });

test('passages that hold more of the words come first, whichever run of passages they are in', () => {
  const ranked = rankPlaces([[at('a 1 0', 0, 30, 5, 30), at('b 2 256', 200, 30)], [at('b 2 256', 200, 30)]], 10);

  expect(ranked.map(({ documentId, generation, index }) => `${documentId} ${generation} ${index}`)).toEqual([
    'b 2 456',
    'a 1 0',
    'a 1 5',
  ]);
  expect(ranked[0]?.rank).toBeCloseTo(2 * (ranked[1]?.rank ?? 0), 10);
});

test('a word counts more where its weight is greater, and several words of one beginning add up', () => {
  const ranked = rankPlaces([[at('a 1 0', 1, 30, 2, 60, 3, 30, 3, 50)]], 10);

  expect(ranked.map(({ index }) => index)).toEqual([3, 2, 1]);
});

test('no more than the best are given, and of equal ones always the same', () => {
  const many = Array.from({ length: 50 }, (_, n) => at(`document-${n} 1 0`, 7, 30));

  const ranked = rankPlaces([many], 3);
  const other = rankPlaces([[...many].reverse()], 3);

  expect(ranked.length).toBe(3);
  expect(other).toEqual(ranked);
});

test('nothing is found where no word stands', () => {
  expect(rankPlaces([[], []], 5)).toEqual([]);
  expect(rankPlaces([], 5)).toEqual([]);
});
