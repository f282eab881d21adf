import { expect, test } from 'vitest';
import { RecentIds } from '../../../../../functions/ai/gateways/recent-ids.ts';

test('the last few ids are known, those of longer ago are not', () => {
  const recent = new RecentIds(2);

  for (const id of ['a', 'b', 'a', 'c']) recent.add(id);

  expect(['a', 'b', 'c'].filter((id) => recent.has(id))).toEqual(['a', 'c']);
});
