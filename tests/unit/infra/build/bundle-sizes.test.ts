import { expect, test } from 'vitest';
import { bundle } from '../../../../infra/build/bundle.ts';
import { BUNDLE_BUDGETS_KB } from '../../../bench/bundle-budgets.ts';

test('C11: no function weighs more than its budget', { timeout: 120_000 }, async () => {
  const { files } = await bundle();

  const sizes = Object.keys(BUNDLE_BUDGETS_KB).map(
    (name) => [name, (files.get(`functions/${name}/index.mjs`)?.length ?? Number.NaN) / 1_000] as const,
  );

  expect(sizes.filter(([name, size]) => !(size <= (BUNDLE_BUDGETS_KB[name] ?? 0)))).toEqual([]);
});
