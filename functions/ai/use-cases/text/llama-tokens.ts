import llamaTokenizer from 'llama-tokenizer-js';

/** Below it stand marks and single bytes, which never come of two tokens. */
const FIRST_MERGEABLE_TOKEN = 259;
/** More than there are tokens. */
const AFTER_ALL = 100_000;
/** How the vocabulary writes a space. */
const SPACE = '▁';

interface Vocabulary {
  /** Place of each token that two others can become: of two candidates the earlier is made first. */
  readonly ranks: ReadonlyMap<string, number>;
  /** Place of each token that is spaces only: those are made when nothing else can be, by the places of their parts. */
  readonly spaces: ReadonlyMap<string, number>;
  /** Single characters that are tokens; all others are as many tokens as they have bytes in UTF-8. */
  readonly characters: ReadonlySet<string>;
  /** The characters of tokens that have several. */
  readonly mergeable: ReadonlySet<string>;
}

let vocabulary: Vocabulary | undefined;

/** Of the chat model llama2. Read when it is first asked for: not every start of a function counts tokens. */
export function llamaVocabulary(): Vocabulary {
  vocabulary ??= readVocabulary(llamaTokenizer.vocabById);
  return vocabulary;
}

function readVocabulary(tokens: readonly string[]): Vocabulary {
  const ranks = new Map<string, number>();
  const spaces = new Map<string, number>();
  const characters = new Set<string>();
  const mergeable = new Set<string>();
  for (let rank = FIRST_MERGEABLE_TOKEN; rank < tokens.length; rank += 1) {
    const token = tokens[rank] ?? '';
    if (/^▁+$/.test(token)) spaces.set(token, rank);
    // Two units of UTF-16 may be one character.
    if (token.length === 1 || (token.length === 2 && [...token].length === 1)) {
      characters.add(token);
    } else {
      ranks.set(token, rank);
      for (const character of token) mergeable.add(character);
    }
  }
  return { ranks, spaces, characters, mergeable };
}

/**
 * How many tokens the text is, without the mark of a beginning and the space that it puts before a text: neighbours
 * become one token, those first that stand first in the vocabulary, of equals the leftmost, until none can any more.
 */
export function countLlamaTokens(text: string): number {
  const { characters } = llamaVocabulary();
  const parts: string[] = [];
  for (const character of text.replaceAll(' ', SPACE)) {
    if (characters.has(character)) parts.push(character);
    // A byte merges with nothing; an empty part has no rank with any neighbour that is none.
    else for (let byte = Buffer.byteLength(character); byte > 0; byte -= 1) parts.push('');
  }
  const rankAt = (index: number) => rankOf(parts[index], parts[index + 1]);
  const pairs = parts.map((_, index) => rankAt(index));
  for (;;) {
    let best = 0;
    for (let index = 1; index < pairs.length; index += 1) if ((pairs[index] ?? 0) < (pairs[best] ?? 0)) best = index;
    if ((pairs[best] ?? Infinity) === Infinity) return parts.length;
    parts.splice(best, 2, `${parts[best]}${parts[best + 1]}`);
    pairs.splice(best, 1);
    pairs[best] = rankAt(best);
    if (best > 0) pairs[best - 1] = rankAt(best - 1);
  }
}

/** When the two become one token; Infinity when they never do. */
function rankOf(left: string | undefined, right: string | undefined): number {
  if (!left || !right) return Infinity;
  const { ranks, spaces } = llamaVocabulary();
  const rank = ranks.get(left + right);
  if (rank === undefined) return Infinity;
  const [leftSpaces, rightSpaces] = [spaces.get(left), spaces.get(right)];
  return leftSpaces === undefined || rightSpaces === undefined ? rank : AFTER_ALL * (1 + leftSpaces) + rightSpaces;
}
