import { STOP_WORDS } from '../../../shared/config/stop-words.ts';

/** Longest first; a rule leaves at least four letters, so that short words stay what they are. */
const SUFFIXES = [
  'isations izations ements ungen ations ation ingly ments ences ances ement ingen',
  'ings edly ness ment ence ance tion sion ungs ions iers ies ied ing ers est ung ion ful',
  'ed es er en ly em ez as os ar ir is s e n a o i y',
]
  .join(' ')
  .split(' ');

const WORD = /[\p{L}\p{M}\p{N}]+(?:['’][\p{L}]+)*/gu;
/** Scripts that put no space between words. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u;

/** Stems of the words that carry meaning, in order, repeats included; pairs of characters where nothing is spaced. */
export function stemsOf(text: string): string[] {
  const stems: string[] = [];
  for (const [raw] of text.normalize('NFKC').toLowerCase().matchAll(WORD)) {
    if (UNSPACED.test(raw)) {
      stems.push(...pairs(raw));
      continue;
    }
    const word = bare(raw);
    if (word !== '' && !STOP_WORDS.has(word)) stems.push(stem(word));
  }
  return stems;
}

/** The part of a word that its inflections share, roughly, in any language with suffixes. */
export function stem(word: string): string {
  if (/\d/.test(word)) return word;
  const singular = word.length === 4 && /[^suiaeo]s$/.test(word) ? word.slice(0, -1) : word;
  // Until nothing comes off: a plural must end where its singular does.
  for (let rest = singular; ; ) {
    const suffix = SUFFIXES.find((each) => rest.length - each.length >= 4 && rest.endsWith(each));
    if (!suffix) return rest;
    rest = rest.slice(0, -suffix.length);
  }
}

/** `_word_` in pieces of three characters: what keeps a typing error near the word it was meant to be. */
export function trigramsOf(word: string): string[] {
  const padded = `_${word}_`;
  const pieces: string[] = [];
  for (let start = 0; start + 3 <= padded.length; start += 1) pieces.push(padded.slice(start, start + 3));
  return pieces;
}

function bare(raw: string): string {
  const unaccented = raw.normalize('NFD').replaceAll(/\p{M}/gu, '').normalize('NFC').replaceAll('ß', 'ss');
  // l'été, what's: the part after or before the apostrophe is grammar.
  const [head = '', tail = ''] = unaccented.split(/['’]/);
  if (tail === '') return head;
  return head.length <= 2 ? tail : head;
}

function pairs(run: string): string[] {
  const characters = [...run];
  if (characters.length === 1) return characters;
  return characters.slice(0, -1).map((character, place) => character + characters[place + 1]);
}
