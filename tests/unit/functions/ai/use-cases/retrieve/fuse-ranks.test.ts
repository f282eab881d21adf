import { expect, test } from 'vitest';
import { fuseRanks } from '../../../../../../functions/ai/use-cases/retrieve/fuse-ranks.ts';

const idsOf = (lists: string[][]) => fuseRanks(lists).map((fused) => fused.id);

test('what several rankings like wins over what one ranking likes best', () => {
  expect(
    idsOf([
      ['a', 'b', 'c'],
      ['d', 'b', 'e'],
    ])[0],
  ).toBe('b');
});

test('what every ranking puts first has the score 1', () => {
  expect(fuseRanks([['a', 'b'], ['a']])[0]).toEqual({ id: 'a', score: 1 });
});

test('a ranking that is empty lowers nobody', () => {
  expect(fuseRanks([['a'], []])).toEqual(fuseRanks([['a']]));
});

test('an id that stands twice in one ranking counts once', () => {
  expect(fuseRanks([['a', 'a', 'b']])).toEqual(fuseRanks([['a', 'b']]));
});

test('nothing ranked is nothing fused', () => {
  expect(fuseRanks([])).toEqual([]);
});
