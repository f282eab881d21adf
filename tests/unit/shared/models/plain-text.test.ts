import { describe, expect, test } from 'vitest';
import { lineOfText, saysSomething } from '../../../../shared/models/plain-text.ts';

const line = lineOfText(100);

describe('one line of text', () => {
  test.each([
    ['spaces', ' \u00a0\u2003\u3000 '],
    ['a zero-width space', '\u200b'],
    ['joiners and marks of direction', '\u200d\u200c\u200e\u200f\u2060\ufeff'],
    ['a soft hyphen', '\u00ad'],
    ['fillers that count as letters', '\u3164\u115f\u1160\uffa0'],
    ['an empty Braille cell', '\u2800'],
    ['variation selectors and tags', '\ufe0f\u{e0020}\u{e0041}'],
    ['an accent upon nothing', ' \u0301'],
    ['private and unassigned characters', '\ue000\u0378'],
  ])('is refused when it shows nothing: %s', (_, text) => {
    expect(line.safeParse(text).success).toBe(false);
    expect(saysSomething(text)).toBe(false);
  });

  test.each(['A', '7', '?', '€', '❤️', '👩‍💻', 'שלום', 'مرحبا', '日本', 'नमस्ते', 'e\u0301', 'a\u200bb'])(
    'is %j',
    (text) => {
      expect(line.parse(text)).toBe(text);
    },
  );

  test.each(['two\nlines', 'two\rlines', 'two\tcells', 'two\u2028lines', 'two\u2029paragraphs', 'two\u0085lines'])(
    'is not %j',
    (text) => {
      expect(line.safeParse(text).success).toBe(false);
    },
  );
});
