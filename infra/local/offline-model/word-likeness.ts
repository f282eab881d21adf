import { conceptsOf } from './synonyms.ts';
import { trigramsOf } from './words.ts';

/** What a word is worth that only means the same … */
const SYNONYM = 0.8;
/** … is another form of the same root … */
const ROOT = 0.85;
/** … is the end of a compound, or its beginning but for an inflection … */
const PART = 0.75;
/** … or only its beginning, or its middle: a Jahreskarte is no year. */
const FRONT = 0.5;
const INFLECTION = 3;
/** Two letters in the wrong order. */
const SWAPPED = 0.9;

/** 1 for the word itself, less for one that means, is built or is spelt nearly the same; 0 for any other. */
export function likeness(stem: string, words: readonly string[]): number {
  if (words.includes(stem)) return 1;
  const concepts = conceptsOf(stem);
  const root = rootOf(stem);
  let best = 0;
  for (const word of words) {
    if (concepts.size > 0 && !concepts.isDisjointFrom(conceptsOf(word))) best = Math.max(best, SYNONYM);
    if (root.length >= 4 && root === rootOf(word)) best = Math.max(best, ROOT);
    if (stem.length >= 4 && word.length >= 4) best = Math.max(best, partOf(stem, word), partOf(word, stem));
    if (stem.length >= 4 && word.length >= 4 && word[0] === stem[0]) best = Math.max(best, 0.9 * spelling(stem, word));
  }
  return best;
}

function partOf(part: string, whole: string): number {
  if (!whole.includes(part)) return 0;
  if (whole.endsWith(part)) return PART;
  return whole.startsWith(part) && whole.length - part.length <= INFLECTION ? PART : FRONT;
}

const SEPARABLE =
  /^(ab|an|auf|aus|bei|ein|fest|her|hin|los|mit|nach|um|vor|weg|zu|zuruck|zusammen)(?:ge|zu)(?=\p{L}{3})/u;
const ROOTS = new Map<string, string>();
const MAX_REMEMBERED = 20_000;

/**
 * What the forms of a verb share where they change inside: German participles and infinitives (gebucht, abgeholt,
 * abzuholen), Spanish vowels (vuelve and volver, cierra and cerrar).
 */
function rootOf(stem: string): string {
  const known = ROOTS.get(stem);
  if (known !== undefined) return known;
  const root = stem
    .replace(SEPARABLE, '$1')
    .replace(/^ge(?=\p{L}{4}.*t$|\p{L}{5})/u, '')
    .replace(/(?<=\p{L})ue(?=[^aeiou]{1,2})/u, 'o')
    .replace(/(?<=\p{L})ie(?=[^aeiou]{1,2})/u, 'e')
    .replace(/(?<=\p{L}{4})t$/u, '');
  if (ROOTS.size >= MAX_REMEMBERED) ROOTS.clear();
  ROOTS.set(stem, root);
  return root;
}

/** Dice's coefficient of the trigrams, or what swapped letters leave; 0 for what is no mere slip. */
function spelling(a: string, b: string): number {
  if (a.length === b.length && [...a].sort().join('') === [...b].sort().join('')) return SWAPPED;
  if (a.length < 5 || b.length < 5) return 0;
  // Too far apart to share enough; of a word as long as a page nothing is taken to pieces for each word it meets.
  if (3 * Math.min(a.length, b.length) < Math.max(a.length, b.length)) return 0;
  const pieces = new Set(trigramsOf(a));
  const others = trigramsOf(b);
  const dice = (2 * others.filter((piece) => pieces.has(piece)).length) / (pieces.size + others.length);
  return dice >= 0.6 ? dice : 0;
}
