import { beginsUnit, measureText, type TextSize } from './count-tokens.ts';

/** How strong a boundary stands before a piece. */
export const RANK = { inside: 0, word: 1, sentence: 2, paragraph: 3, heading: 4 } as const;
export type Rank = (typeof RANK)[keyof typeof RANK];

/** The smallest thing that a chunk is made of: a sentence, or a part of a long one. */
export interface Piece {
  readonly text: string;
  /** The white space before it; left out where a chunk begins. */
  readonly glue: string;
  readonly rank: Rank;
  readonly size: TextSize;
}

// A run of blanks or marks that ends nothing is looked at once, from where it begins, not from each of its places.
const PARAGRAPH_END = /(?<!\s)\s*\n[^\S\n]*\n\s*/g;
const SENTENCE_END = /(?<![.!?…])[.!?…]+["'”’»)\]]*\s+|[。！？｡]+["'”’」』）]*\s*|[؟۔।॥]+\s*|(?<!\s)\s*\n\s*/g;
const WORD_END = /\s+/g;
const SLICE = 32;

/** Cuts a text at its own boundaries into pieces of at most `maxTokens`; only a single longer word is cut inside. */
export function* splitText(text: string, maxTokens: number, first: Rank): Generator<Piece> {
  let paragraphRank: Rank = first;
  for (const paragraph of between(text, PARAGRAPH_END)) {
    let rank: Rank = paragraphRank;
    for (const sentence of between(paragraph.text, SENTENCE_END)) {
      const glue = rank === RANK.sentence ? sentence.glue : '\n\n';
      yield* partsOf(sentence.text, glue, rank, maxTokens);
      rank = RANK.sentence;
    }
    paragraphRank = RANK.paragraph;
  }
}

function* partsOf(text: string, glue: string, rank: Rank, maxTokens: number): Generator<Piece> {
  const size = measureText(glue + text, true);
  if (isWithin(size, maxTokens)) {
    yield { text, glue, rank, size };
    return;
  }
  let held = { text: '', glue, rank };
  let heldSize: TextSize = { tokens: 0, pieces: 0 };
  for (const word of between(text, WORD_END)) {
    const joinedSize = held.text === '' ? measureText(word.text) : measureAppended(held.text, heldSize, word);
    if (isWithin(joinedSize, maxTokens)) {
      held.text += held.text === '' ? word.text : word.glue + word.text;
      heldSize = joinedSize;
      continue;
    }
    if (held.text !== '') {
      yield sized(held);
      held = { text: '', glue: word.glue, rank: RANK.word };
    }
    const slices = [...cutWord(word.text, maxTokens)];
    for (const slice of slices.slice(0, -1)) {
      yield sized({ ...held, text: slice });
      held = { text: '', glue: '', rank: RANK.inside };
    }
    held.text = slices.at(-1) ?? '';
    heldSize = measureText(held.text);
  }
  if (held.text !== '') yield sized(held);
}

/** The size of `text`, which is known, with another word after it: counting all of it for each word would never end. */
function measureAppended(text: string, size: TextSize, word: { text: string; glue: string }): TextSize {
  if (!beginsUnit(word.glue)) return measureText(text + word.glue + word.text);
  const more = measureText(word.glue + word.text, true);
  return { tokens: size.tokens + more.tokens, pieces: size.pieces + more.pieces };
}

/** Slices of a word without spaces: a language that has none, or a run of data. */
function* cutWord(word: string, maxTokens: number): Generator<string> {
  let slice = '';
  let total: TextSize = { tokens: 0, pieces: 0 };
  for (let start = 0; start < word.length; ) {
    let end = Math.min(start + SLICE, word.length);
    if (isHighSurrogate(word.charCodeAt(end - 1)) && end < word.length) end += 1;
    const part = word.slice(start, end);
    const size = measureText(part);
    if (slice !== '' && (total.tokens + size.tokens > maxTokens || total.pieces + size.pieces > 2 * maxTokens)) {
      yield slice;
      slice = '';
      total = { tokens: 0, pieces: 0 };
    }
    slice += part;
    total = { tokens: total.tokens + size.tokens, pieces: total.pieces + size.pieces };
    start = end;
  }
  if (slice !== '') yield slice;
}

function isWithin(size: TextSize, maxTokens: number): boolean {
  return size.tokens <= maxTokens && size.pieces <= 2 * maxTokens;
}

function sized(piece: Omit<Piece, 'size'>): Piece {
  return { ...piece, size: measureText(piece.glue + piece.text, true) };
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

/** The stretches between terminators; the marks of a terminator stay with what they end, its white space is glue. */
function* between(text: string, terminator: RegExp): Generator<{ text: string; glue: string }> {
  let start = 0;
  let glue = '';
  for (const match of text.matchAll(terminator)) {
    const marks = match[0].trimEnd();
    const stretch = text.slice(start, match.index) + marks.trimStart();
    if (stretch.trim() !== '') {
      yield { text: stretch.trim(), glue };
      glue = '';
    }
    glue = shortGlue(glue + match[0].slice(marks.length));
    start = match.index + match[0].length;
  }
  const rest = text.slice(start).trim();
  if (rest !== '') yield { text: rest, glue };
}

/** Indentation is worth keeping, a page of blanks is not. */
function shortGlue(glue: string): string {
  if (glue.length <= 16) return glue;
  return glue.includes('\n') ? '\n' : ' ';
}
