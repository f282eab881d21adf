import { describe, expect, test } from 'vitest';
import { fileName, lineOfText, nameOfThing, saysSomething } from '../../../../shared/models/plain-text.ts';

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

describe('a file name', () => {
  test.each([
    ['Terms of use.pdf', 'Terms of use.pdf'],
    ['  spaced.pdf ', 'spaced.pdf'],
    ['invoice\u202efdp.exe', 'invoicefdp.exe'],
    ['\u2066isolated\u2069.txt', 'isolated.txt'],
    ['\u200fשלום\u200e.md', 'שלום.md'],
    ['می\u200cخواهم.txt', 'می\u200cخواهم.txt'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\fakepath\\Report.docx', 'Report.docx'],
    ['.hidden', '.hidden'],
  ])('%j is kept as %j', (given, kept) => {
    expect(fileName(255).parse(given)).toBe(kept);
  });

  test.each([
    '',
    '\u202e',
    '..',
    '.',
    'folder/',
    '/',
    'a/\u200b',
    'a\u0000b',
    'a\u001bb',
    'a\u0085b',
    'a\u009bb',
    'a\nb',
  ])('%j is refused', (given) => {
    expect(fileName(255).safeParse(given).success).toBe(false);
  });
});

test('a title keeps its slashes and loses marks of direction', () => {
  expect(nameOfThing(300).parse('Either/\u202eOr')).toBe('Either/Or');
});
