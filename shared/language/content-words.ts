import { STOP_WORDS } from './stop-words.ts';

/** A word as search and the offline model know it. */
export interface ContentWord {
  /** What the inflections of a word share; accents removed. */
  readonly stem: string;
  /** The beginning of the word as it was written, for prefix search. */
  readonly prefix: string;
}

/** Longest first; at least four letters are left, so that short words stay what they are. */
const SUFFIXES = [
  'isations izations ements ungen ations ation ingly ments ences ances ement ingen',
  'ings edly ness ment ence ance tion sion ungs ions iers ies ied ing ers est ung ion ful',
  'ed es er en ly em ez as os ar ir is s e n a o i y',
]
  .join(' ')
  .split(' ');

const WORD = /[\p{L}\p{M}\p{N}]+(?:['’]\p{L}+)*/gu;
/** Scripts that put no space between words. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u;

/** The words that carry meaning, in order, repeats included; pairs of characters where nothing is spaced. */
export function contentWords(text: string): ContentWord[] {
  const words: ContentWord[] = [];
  for (const [raw] of text.normalize('NFKC').toLowerCase().matchAll(WORD)) {
    if (UNSPACED.test(raw)) {
      words.push(...pairs(raw));
      continue;
    }
    const written = withoutGrammar(raw);
    const plain = unaccented(written);
    if (plain === '' || STOP_WORDS.has(plain)) continue;
    const stem = stemOf(plain);
    words.push({ stem, prefix: beginningOf(written, stem.length) });
  }
  return words;
}

/** The part of a word, without accents, that its inflections share, roughly, in any language with suffixes. */
export function stemOf(word: string): string {
  if (/\d/.test(word)) return word;
  const singular = /[^suiaeo']s$/.test(word) && word.length === 4 ? word.slice(0, -1) : word;
  // Until nothing comes off: a plural must end where its singular does.
  for (let rest = singular; ; ) {
    const suffix = SUFFIXES.find((each) => rest.length - each.length >= 4 && rest.endsWith(each));
    if (!suffix) return rest;
    rest = rest.slice(0, -suffix.length);
  }
}

/** l'été, what's: the short side of the apostrophe is grammar. */
function withoutGrammar(raw: string): string {
  const [head = '', tail = ''] = raw.split(/['’]/);
  if (tail === '') return head;
  return head.length <= 2 ? tail : head;
}

/** As many letters of a word as were written for a stem in which `ß` counts two. */
function beginningOf(written: string, length: number): string {
  let left = length;
  let prefix = '';
  for (const letter of written) {
    left -= letter === 'ß' ? 2 : 1;
    if (left < 0) break;
    prefix += letter;
  }
  return prefix;
}

function unaccented(word: string): string {
  return word.normalize('NFD').replaceAll(/\p{M}/gu, '').normalize('NFC').replaceAll('ß', 'ss');
}

function pairs(run: string): ContentWord[] {
  const characters = [...run];
  const found =
    characters.length === 1 ? characters : characters.slice(0, -1).map((one, at) => one + characters[at + 1]);
  return found.map((pair) => ({ stem: pair, prefix: pair }));
}
