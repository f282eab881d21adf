import type { SourcePassage } from '../retrieve/join-neighbours.ts';
import { wordsOf } from '../retrieve/passage-words.ts';
import { contentStems } from '../text/content-stems.ts';
import { guessLanguage } from '../text/guess-language.ts';

/** An answer of fewer meaningful words ("Yes.", "No, never.") says too little to be judged by them. */
const FEW_WORDS = 3;
/** The share of its words that the passages together must hold. */
const RESTS = 0.4;

/**
 * Whether a finished answer rests on the passages that it was made from. One in another language than theirs shares no
 * words with them: of it only the numbers can be checked.
 */
export function restsOnPassages(answer: string, given: readonly SourcePassage[]): boolean {
  const stems = contentStems(answer);
  if (stems.size < FEW_WORDS) return true;
  const source = given.map((passage) => passage.text).join('\n');
  if (isTranslated(answer, source)) return foreignNumbers(answer, source).length === 0;
  const known = new Set(given.flatMap((passage) => [...wordsOf(passage).text, ...wordsOf(passage).heading]));
  return [...stems].filter((stem) => known.has(stem)).length >= RESTS * stems.size;
}

/** Whether both languages are clear, and not the same. */
export function isTranslated(answer: string, source: string): boolean {
  const [said, written] = [guessLanguage(answer), guessLanguage(source.slice(0, 4_000))];
  return said !== undefined && written !== undefined && said !== written;
}

/** The numbers of a statement that the source does not hold, in whatever way they are grouped: those of two digits on. */
export function foreignNumbers(statement: string, source: string): string[] {
  const known = new Set(numbersOf(source));
  return numbersOf(statement).filter((number) => !known.has(number));
}

function numbersOf(text: string): string[] {
  const numbers = text.replaceAll(/\[\d+(?:\s*,\s*\d+)*\]/g, ' ').match(/\d+(?:[.,’' ]\d{3}(?!\d))*/g) ?? [];
  return numbers
    .map((number) => number.replaceAll(/\D/g, '').replace(/^0+(?=\d)/, ''))
    .filter((number) => number.length > 1);
}
