import { countLlamaTokens, llamaVocabulary } from './llama-tokens.ts';

/** What a text costs: the chat model's tokens, and at most how many pieces the embedding model makes of it. */
export interface TextSize {
  readonly tokens: number;
  readonly pieces: number;
}

const MAX_CACHED_WORDS = 200_000;
let unit: RegExp | undefined;

/**
 * Where one unit ends no token can go on, so the sum over units is the count of the whole: tokens of more than one
 * character never hold a line break, and a space only at their beginning. A longer run of spaces is cut where its
 * tokens, of sixteen at most and made from the left, end as well.
 */
function unitPattern(): RegExp {
  if (unit) return unit;
  const letters = [...llamaVocabulary().mergeable].map((character) => character.replace(/[\\\]^-]/, '\\$&')).join('');
  unit = new RegExp(` {0,64}[${letters}]{1,64}| {1,64}|[^]`, 'gu');
  return unit;
}

const cache = new Map<string, TextSize>();

/** Instructions and passages stand in prompt after prompt. */
const counted = new Map<string, number>();
const LONG_TEXT = 200;
/** 2 MB of passages at most. */
const MAX_COUNTED_TEXTS = 400;

/** Exact for llama2 (without the mark of the beginning), but for words of more than 64 letters, where it errs upwards. */
export function countTokens(text: string): number {
  if (text.length < LONG_TEXT) return measureText(text).tokens;
  const known = counted.get(text);
  if (known !== undefined) return known;
  const { tokens } = measureText(text);
  if (counted.size >= MAX_COUNTED_TEXTS) counted.clear();
  counted.set(text, tokens);
  return tokens;
}

/** What a line adds to the text it is put under, its line break included: no token reaches over that. */
export function countLine(line: string): number {
  return measureText(`\n${line}`, true).tokens;
}

/** As `countTokens`; `joined` measures a text that follows another one directly. */
export function measureText(text: string, joined = false): TextSize {
  if (text === '') return { tokens: 0, pieces: 0 };
  let tokens = 0;
  let pieces = 0;
  let before = 0;
  for (const [unit] of (joined ? text : ` ${text}`).matchAll(unitPattern())) {
    const size = cache.get(unit) ?? measureUnit(unit);
    tokens += size.tokens;
    pieces += size.pieces;
    // A word cut in two may merge otherwise at the cut.
    if (before === 64 && unit.length > 1 && !unit.startsWith(' ')) tokens += 1;
    before = unit.trimStart().length;
  }
  return { tokens, pieces };
}

/** Whether the text is counted alike alone (`joined`) and behind a text that ends without a space. */
export function beginsUnit(text: string): boolean {
  return text.startsWith(' ') || (text !== '' && !llamaVocabulary().mergeable.has(text.charAt(0)));
}

function measureUnit(unit: string): TextSize {
  const tokens = countLlamaTokens(unit);
  const size = { tokens, pieces: piecesAtMost(unit, tokens) };
  if (cache.size >= MAX_CACHED_WORDS) cache.clear();
  cache.set(unit, size);
  return size;
}

/**
 * nomic-embed-text splits by BERT's English word list: every mark stands alone, other scripts fall apart into letters
 * (Hangul into its jamo), and what the list lacks into fragments.
 */
function piecesAtMost(unit: string, tokens: number): number {
  let latin = 0;
  let others = 0;
  for (const character of unit.trimStart()) {
    if (/[A-Za-z0-9]/.test(character)) latin += 1;
    else others += /\p{Script=Hangul}/u.test(character) ? 3 : 1;
  }
  return others + (latin === 0 ? 0 : Math.ceil(1.5 * Math.max(others === 0 ? tokens : latin / 2, latin / 5)));
}
