import { contentWords } from '../../../shared/language/content-words.ts';

/** Stems of the words that carry meaning, in order, repeats included; pairs of characters where nothing is spaced. */
export function stemsOf(text: string): string[] {
  return contentWords(text).map(({ stem }) => stem);
}

/** `_word_` in pieces of three characters: what keeps a typing error near the word it was meant to be. */
export function trigramsOf(word: string): string[] {
  const padded = `_${word}_`;
  const pieces: string[] = [];
  for (let start = 0; start + 3 <= padded.length; start += 1) pieces.push(padded.slice(start, start + 3));
  return pieces;
}
