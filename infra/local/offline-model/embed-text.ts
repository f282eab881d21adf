import { conceptsOf } from './synonyms.ts';
import { stemsOf, trigramsOf } from './words.ts';

/** The width of nomic-embed-text, so that the two are interchangeable everywhere but in meaning. */
const DIMENSIONS = 768;

/** How much the pieces of a word count beside the word itself. */
const PIECES_WEIGHT = 0.35;

/** … and the words that mean nearly the same. */
const CONCEPT_WEIGHT = 0.6;

const PREFIX = /^(search_query|search_document|classification|clustering): /;

/**
 * A unit vector by feature hashing: every stem and its character trigrams push a few dimensions. Texts that share
 * words point the same way; a text without words is the zero vector's stand-in, the first axis.
 */
export function embedText(text: string): number[] {
  const counts = new Map<string, number>();
  for (const stem of stemsOf(text.replace(PREFIX, ''))) counts.set(stem, (counts.get(stem) ?? 0) + 1);
  const vector = new Float64Array(DIMENSIONS);
  for (const [stem, count] of counts) {
    const weight = (1 + Math.log(count)) * weightOf(stem);
    push(vector, `w:${stem}`, weight);
    const concepts = conceptsOf(stem);
    for (const concept of concepts) push(vector, `g:${concept}`, (weight * CONCEPT_WEIGHT) / Math.sqrt(concepts.size));
    const pieces = trigramsOf(stem);
    for (const piece of pieces) push(vector, `t:${piece}`, (weight * PIECES_WEIGHT) / Math.sqrt(pieces.length));
  }
  return toUnit(vector);
}

/** Longer words are rarer, and rarer words tell more: the only frequency known without a corpus. */
function weightOf(stem: string): number {
  return Math.min(1.6, 0.6 + stem.length / 8);
}

/** Two signed places per feature: a collision in one is outvoted by the other. */
function push(vector: Float64Array, feature: string, weight: number): void {
  for (const seed of [0x811c9dc5, 0x01234567]) {
    const hash = fnv1a(feature, seed);
    const place = hash % DIMENSIONS;
    vector[place] = (vector[place] ?? 0) + ((hash >>> 31) & 1 ? weight : -weight);
  }
}

/** FNV-1a over UTF-16 units, mixed once more so that the high bit is as random as the rest. */
function fnv1a(text: string, seed: number): number {
  let hash = seed;
  for (let place = 0; place < text.length; place += 1) {
    hash ^= text.charCodeAt(place);
    hash = Math.imul(hash, 0x01000193);
  }
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  hash ^= hash >>> 12;
  return hash >>> 0;
}

function toUnit(vector: Float64Array): number[] {
  const length = Math.hypot(...vector);
  if (length === 0) return Array.from({ length: DIMENSIONS }, (_, place) => (place === 0 ? 1 : 0));
  return Array.from(vector, (value) => Math.round((value / length) * 1e6) / 1e6);
}
