import { expect, test } from 'vitest';
import { shorten } from '../../../../../../functions/ai/use-cases/text/shorten.ts';

test('text that fits stays as it is', () => {
  expect(shorten('hours', 5)).toBe('hours');
});

test('longer text ends with … and is no longer than asked', () => {
  expect(shorten('opening hours', 8)).toBe('opening…');
});

test('a character of two code units is counted once, and never cut in two', () => {
  expect(shorten('🥖🥖🥖', 3)).toBe('🥖🥖🥖');
  expect(shorten('🥖🥖🥖', 2)).toBe('🥖…');
});
