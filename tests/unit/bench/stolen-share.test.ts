import { expect, test } from 'vitest';
import { processorTimeNow, stolenPercent } from '../../bench/stolen-share.ts';

const at = (line: string) => processorTimeNow(() => `${line}\ncpu0 1 1 1 1 1 1 1 1 0 0\n`);

test('tells what part of the time between two looks was stolen', () => {
  const before = at('cpu  100 0 50 800 0 0 0 50 40 0');
  const after = at('cpu  150 0 60 910 0 0 10 70 80 0');

  expect(stolenPercent(before, after)).toBe(10);
});

test('tells nothing where the system does not', () => {
  const missing = processorTimeNow(() => {
    throw new Error('ENOENT');
  });

  expect(missing).toBeUndefined();
  expect(at('cpu  100 0 50 800')).toBeUndefined();
  expect(stolenPercent(missing, at('cpu  100 0 50 800 0 0 0 50 0 0'))).toBeUndefined();
});
