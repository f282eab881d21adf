import { characterReader } from './character-reader.ts';
import { isWhole, LATIN, letterOf, NONE } from './letter-signs.ts';
import { indexSigns, type SecretIndex } from './secret-index.ts';

/** A secret as it may be told: by its letters, without its vowels, and in base64 or base32 that was cut anywhere. */
export interface SecretForms {
  readonly letters: SecretIndex;
  readonly consonants: SecretIndex;
  readonly encoded: SecretIndex;
}

/** Steps between letters that are looked up: five letters. */
const LETTER_GRAM = 4;
const CONSONANT_GRAM = 5;
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const ENCODED_GRAM = 6;
const VOWELS = new Set([...'aeiou'].map((vowel) => letterOf(codeOf(vowel))));
/** Letters that are others when they stand on their heads; those that are none are drawn by signs of their own. */
const UPSIDE_DOWN = new Map(
  ['un', 'nu', 'dp', 'pd', 'bq', 'qb'].map(([letter = '', turned = '']) => [
    letterOf(codeOf(letter)),
    letterOf(codeOf(turned)),
  ]),
);
const MAX_REMEMBERED = 50;
/** One widget's prompts begin alike, whatever is asked. */
const remembered = new Map<string, SecretForms>();

/**
 * Letters are compared by the step from one to the next, so that moving all of them on by the same number of places hides
 * nothing. Beside the order as it is: backwards, every word backwards, the last word first, the alphabet turned round, and letters upside
 * down.
 */
export function formsOf(secret: string): SecretForms {
  const known = remembered.get(secret);
  if (known) return known;
  const words = wordsOf(secret);
  const letters = words.flat();
  const orders = [
    letters,
    letters.toReversed(),
    words.flatMap((word) => word.toReversed()),
    words.toReversed().flat(),
    letters.map((letter) => (letter <= LATIN ? LATIN + 1 - letter : letter)),
    ...[letters, letters.toReversed()].map((row) => row.map((letter) => UPSIDE_DOWN.get(letter) ?? letter)),
  ];
  const bytes = Buffer.from(secret);
  const forms = {
    letters: indexSigns(orders.map(stepsOf), LETTER_GRAM),
    consonants: indexSigns(orders.slice(0, 2).map(consonantsOf), CONSONANT_GRAM),
    encoded: indexSigns(
      // Where the encoded text began: at one of three or five places within a group.
      [
        ...[0, 1, 2].map((start) => bytes.subarray(start).toString('base64').replaceAll(/\W/g, '')),
        ...[0, 1, 2, 3, 4].map((start) => base32(bytes.subarray(start))),
      ].map((text) => Buffer.from(text, 'latin1')),
      ENCODED_GRAM,
    ),
  };
  const [oldest] = remembered.keys();
  if (remembered.size >= MAX_REMEMBERED && oldest !== undefined) remembered.delete(oldest);
  remembered.set(secret, forms);
  return forms;
}

/** The letters of a text, word by word. */
export function wordsOf(text: string): number[][] {
  const words: number[][] = [[]];
  const reader = characterReader((code) => {
    const letter = letterOf(code);
    if (letter !== NONE) words.at(-1)?.push(letter);
    else if (words.at(-1)?.length) words.push([]);
  });
  for (const character of text) reader.read(codeOf(character));
  reader.end();
  return words;
}

export function stepsOf(letters: readonly number[]): number[] {
  const steps: number[] = [];
  for (const [place, letter] of letters.entries())
    hearSteps(letters[place - 1] ?? NONE, letter, (step) => steps.push(step));
  return steps;
}

/**
 * The places in the alphabet from one letter to the next; where one is of another script, that letter itself, twice where
 * it is a whole syllable or word. A letter that is doubled counts once: doubling all of them hides nothing.
 *
 * @param before `NONE` for the first one, which is no step
 */
export function hearSteps(before: number, letter: number, hear: (step: number) => void): void {
  if (before === NONE || before === letter) return;
  hear(before <= LATIN && letter <= LATIN ? (letter - before + LATIN) % LATIN : letter);
  if (isWhole(letter)) hear(letter);
}

export function consonantsOf(letters: readonly number[]): number[] {
  return letters.filter(isConsonant);
}

export function isConsonant(letter: number): boolean {
  return !VOWELS.has(letter);
}

function base32(bytes: Buffer): string {
  let text = '';
  let value = 0;
  let width = 0;
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xfff;
    width += 8;
    for (; width >= 5; width -= 5) text += BASE32.charAt((value >> (width - 5)) & 31);
  }
  return text;
}

function codeOf(character: string): number {
  return character.codePointAt(0) ?? 0;
}
