import type { Passage } from '../../repositories/passage.ts';
import { cleanText } from '../text/clean-text.ts';
import { contentStems } from '../text/content-stems.ts';
import { countLine } from '../text/count-tokens.ts';
import { unwrapped } from '../text/sentences.ts';

export interface PassageWords {
  readonly text: ReadonlySet<string>;
  /** Of title and headings. */
  readonly heading: ReadonlySet<string>;
  /** Hashes of the runs of four words. */
  readonly shingles: ReadonlySet<number>;
  /** As it goes into a prompt: cleaned, with wrapped lines made one again. */
  readonly promptText: string;
  /** What that costs as a line of the prompt, or several. */
  readonly promptTokens: number;
}

const SHINGLE_WORDS = 4;
/** About 20 KB each. */
const MAX_REMEMBERED = 600;

/** A chunk's id holds its generation, so its text never changes: what was counted once holds for ever. */
const remembered = new Map<string, PassageWords>();

/** The words of a passage, counted at most once while it is being asked about. */
export function wordsOf(passage: Pick<Passage, 'chunkId' | 'text' | 'title' | 'headingPath'>): PassageWords {
  const known = remembered.get(passage.chunkId);
  if (known) {
    remembered.delete(passage.chunkId);
    remembered.set(passage.chunkId, known);
    return known;
  }
  const promptText = unwrapped(cleanText(passage.text));
  const words = {
    promptText,
    promptTokens: countLine(promptText),
    text: contentStems(passage.text),
    heading: contentStems([passage.title, ...passage.headingPath].join(' ')),
    shingles: shinglesOf(passage.text),
  };
  remembered.set(passage.chunkId, words);
  const [oldest] = remembered.keys();
  if (remembered.size > MAX_REMEMBERED && oldest !== undefined) remembered.delete(oldest);
  return words;
}

function shinglesOf(text: string): Set<number> {
  const hashes = (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).map(hashOf);
  const shingles = new Set<number>();
  for (let start = 0; start === 0 || start + SHINGLE_WORDS <= hashes.length; start += 1) {
    shingles.add(hashes.slice(start, start + SHINGLE_WORDS).reduce((sum, hash) => (Math.imul(sum, 31) + hash) | 0, 7));
  }
  return shingles;
}

/** FNV-1a. */
function hashOf(word: string): number {
  let hash = 0x811c9dc5;
  for (let place = 0; place < word.length; place += 1) hash = Math.imul(hash ^ word.charCodeAt(place), 0x01000193);
  return hash | 0;
}
