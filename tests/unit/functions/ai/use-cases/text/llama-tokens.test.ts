import { readFileSync } from 'node:fs';
import llamaTokenizer from 'llama-tokenizer-js';
import { expect, test } from 'vitest';
import { countTokens } from '../../../../../../functions/ai/use-cases/text/count-tokens.ts';
import { countLlamaTokens } from '../../../../../../functions/ai/use-cases/text/llama-tokens.ts';

const TEXTS = 1_000;
const MOST_CHARACTERS = 64;

const exactly = (text: string) => llamaTokenizer.encode(text, false, false).length;

/** The same numbers in every run. */
function numbersFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

const LETTERS = [...'abcdefghijklmnopqrstuvwxyz'];
const MARKS_AND_SPACES = [...'ab-_=*.0  \n'];
const ALPHABETS: Record<string, readonly string[]> = {
  'tokens of the vocabulary': llamaTokenizer.vocabById.slice(259).map((token) => token.replaceAll('▁', ' ')),
  letters: LETTERS,
  'marks and runs of spaces': MARKS_AND_SPACES,
  'characters of the vocabulary and others': [
    '😀',
    '𓀀',
    '\u0000',
    'ྱ',
    '\n',
    ' ',
    '中',
    'é',
    '▁',
    '<',
    '0x0A',
    '>',
    'е',
  ],
};

test.each(Object.entries(ALPHABETS))('counts random texts of %s as the tokenizer does', (_, alphabet) => {
  const below = numbersFrom(alphabet.length);

  const wrong: string[] = [];
  for (let index = 0; index < TEXTS; index += 1) {
    const parts = Array.from({ length: 1 + below(30) }, () => alphabet[below(alphabet.length)] ?? '');
    const text = parts.join('').slice(0, MOST_CHARACTERS);
    if (countLlamaTokens(text) !== exactly(text)) wrong.push(text);
  }

  expect(wrong).toEqual([]);
});

test('counts the words of a page as the tokenizer does', () => {
  const words = readFileSync('README.md', 'utf8').split(/(?= )/);

  const wrong = words.filter((word) => countLlamaTokens(word) !== exactly(word));

  expect(words.length).toBeGreaterThan(500);
  expect(wrong).toEqual([]);
});

test.each([15, 16, 63, 64, 65, 66, 127, 128, 129, 200, 1_000])(
  'counts a run of %i spaces as the tokenizer does',
  (length) => {
    const run = ' '.repeat(length);
    const texts = [run, `${run}word`, `a${run}`, `a${run}word and${run}${run}more`, `a\n${run}b`, `${run}=${run}中`];

    expect(texts.map((text) => countTokens(text))).toEqual(
      texts.map((text) => llamaTokenizer.encode(text, false, true).length),
    );
  },
);

test('takes no longer for each space of a long run', () => {
  expect(countTokens(`a${' '.repeat(200_000)}b`)).toBe(12_502);
});
