export interface SecretForm {
  /** In small letters, in the order in which they would be told. */
  readonly words: readonly string[];
  /** From so many of them in a row on what follows waits to see whether it goes on. */
  readonly suspectAfter: number;
  /** So many of them in a row are no coincidence. */
  readonly leakAfter: number;
}

const WORDS = /[\p{L}\p{N}_]+/gu;
const LEAK_WORDS = 7;
/** Of single letters and of numbers, which chance puts in a row more easily. */
const LEAK_SIGNS = 10;

/**
 * The ways in which a text may be told so that its words are still to be found: as it is, backwards, word by word
 * backwards, its words or lines in reverse order, with every letter moved on by thirteen, letter by letter, and as the
 * numbers of its bytes.
 */
export function formsOf(text: string): SecretForm[] {
  const words = wordsOf(text);
  const letters = [...words.join('')];
  const bytes = [...Buffer.from(text.toLowerCase())];
  const written = [...Buffer.from(text)];
  const numbers = (of: readonly number[], base: number, width: number) =>
    of.map((byte) => byte.toString(base).padStart(width, '0'));
  const plain = { suspectAfter: 3, leakAfter: LEAK_WORDS };
  // Hardly any word of a cipher is one of a language.
  const cipher = { suspectAfter: 1, leakAfter: LEAK_WORDS };
  const signs = { suspectAfter: 3, leakAfter: LEAK_SIGNS };
  return [
    ...[words, words.toReversed()].map((each) => ({ ...plain, words: each })),
    ...[words.map(rot13), words.map(backwards), words.map(backwards).toReversed()].map((each) => ({
      ...cipher,
      words: each,
    })),
    ...[
      letters,
      letters.toReversed(),
      ...[bytes, written].flatMap((of) => [numbers(of, 16, 2), numbers(of, 10, 1), numbers(of, 2, 8)]),
    ].map((each) => ({ ...signs, words: each })),
  ];
}

function wordsOf(text: string): string[] {
  return (text.match(WORDS) ?? []).map((word) => word.toLowerCase());
}

function backwards(word: string): string {
  return [...word].toReversed().join('');
}

function rot13(word: string): string {
  return word.replaceAll(/[a-z]/g, (letter) => String.fromCharCode(((letter.charCodeAt(0) - 97 + 13) % 26) + 97));
}
