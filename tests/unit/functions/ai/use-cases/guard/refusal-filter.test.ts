import { describe, expect, test } from 'vitest';
import { refusalFilter } from '../../../../../../functions/ai/use-cases/guard/refusal-filter.ts';
import { pushThrough } from '../../../../../support/push-through.ts';

describe.each([1, 5, 1_000])('in pieces of %i characters', (size) => {
  test.each(['NOT_IN_SOURCES', ' NOT_IN_SOURCES.', '"NOT_IN_SOURCES"', 'NOT_IN_SOURCES because the passages…'])(
    'an answer that begins with the agreed word is a refusal: %j',
    (answer) => {
      const filter = refusalFilter();

      expect(pushThrough(filter, answer, size).trim()).toBe('');
      expect(filter.refused).toBe(true);
    },
  );

  test('the word is taken out of the middle of an answer', () => {
    const filter = refusalFilter();

    expect(pushThrough(filter, 'We open at nine. NOT_IN_SOURCES', size)).toBe('We open at nine. ');
    expect(filter.refused).toBe(false);
  });

  test('other answers are whole', () => {
    const answer = 'Not in winter, but from NOvember on NOT.';

    expect(pushThrough(refusalFilter(), answer, size)).toBe(answer);
  });
});
