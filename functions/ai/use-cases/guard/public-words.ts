import type { Part } from './recital.ts';
import { consonantsOf, stepsOf, wordsOf } from './secret-forms.ts';
import { type SecretIndex, wideKeyOf } from './secret-index.ts';

/**
 * Counts what of a recital stands in no public text. The creator's instructions may say what a document says as well, and
 * the widget's name is a part of the prompt: an answer that quotes those tells no secret.
 */
export interface PublicWords {
  countLetters(index: SecretIndex, parts: readonly Part[]): number;
  countConsonants(index: SecretIndex, parts: readonly Part[]): number;
}

/** Ten letters: of fewer any text holds the half of any other, and a question could be filled with them. */
const LETTERS_ALIKE = 9;
const CONSONANTS_ALIKE = 6;

export function publicWords(texts: readonly string[]): PublicWords {
  let letters: ReadonlySet<number> | undefined;
  let consonants: ReadonlySet<number> | undefined;
  const inTexts = (signsOf: (letters: readonly number[]) => number[], gram: number) => {
    const rows = texts.map((text) => Int32Array.from(signsOf(wordsOf(text).flat())));
    return new Set(rows.flatMap((row) => [...row.keys()].slice(gram - 1).map((end) => wideKeyOf(row, end, gram))));
  };
  return {
    countLetters(index, parts) {
      letters ??= inTexts(stepsOf, LETTERS_ALIKE);
      return countOutside(letters, LETTERS_ALIKE, index, parts);
    },
    countConsonants(index, parts) {
      consonants ??= inTexts(consonantsOf, CONSONANTS_ALIKE);
      return countOutside(consonants, CONSONANTS_ALIKE, index, parts);
    },
  };
}

function countOutside(
  known: ReadonlySet<number>,
  gram: number,
  { signs }: SecretIndex,
  parts: readonly Part[],
): number {
  let outside = 0;
  for (const { from, to } of parts) {
    let knownTo = from;
    for (let end = from + gram - 1; end < to; end += 1) {
      if (!known.has(wideKeyOf(signs, end, gram))) continue;
      outside += Math.max(0, end - gram + 1 - knownTo);
      knownTo = end + 1;
    }
    outside += to - knownTo;
  }
  return outside;
}
