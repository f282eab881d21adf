import { expect, test } from 'vitest';
import * as z from 'zod';
import { Question } from '../../../../shared/models/question.ts';

test.each([
  ['4,000 letters', 'a'.repeat(4_000), true],
  ['4,001 letters', 'a'.repeat(4_001), false],
  ['4,000 emoji', '🦉'.repeat(4_000), true],
  ['4,001 emoji', '🦉'.repeat(4_001), false],
  ['only spaces', ' \n\t', false],
  ['nothing that can be seen', '\u200b\u2060\ufeff', false],
  ['NUL', 'a\0', false],
  ['half a surrogate pair', 'a\ud800', false],
])('%s', (_, text, isTaken) => {
  expect(Question.safeParse(text).success).toBe(isTaken);
});

test('tells its bound as it is meant', () => {
  expect(z.toJSONSchema(Question)).toMatchObject({ type: 'string', maxLength: 4_000 });
});
