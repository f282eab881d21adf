import { splitSentences } from '../../../shared/language/split-sentences.ts';
import { impliedBy } from './implied-words.ts';
import type { PromptPassage } from './read-prompt.ts';
import { stemsOf } from './words.ts';

export interface PassageSentence {
  /** The number of its passage. */
  readonly n: number;
  readonly place: number;
  readonly text: string;
  readonly own: readonly string[];
  /** Of the passage's title and of the heading it stands under. */
  readonly heading: readonly string[];
  /** Of the sentences before and after it. */
  readonly beside: readonly string[];
}

const MARKS = /^(?:#{1,6}|[-*•]|\d{1,3}[.)])\s+/;

/** The sentences of a passage that can be said, headings aside. Lines are taken as they are. */
export function sentencesOf(passage: PromptPassage): PassageSentence[] {
  const lines = passage.text
    .split(/\n+/)
    .flatMap(splitSentences)
    .map((line) => line.trim())
    .filter((line) => /[\p{L}\p{N}]/u.test(line));
  const title = stemsOf(passage.title);
  const found: Omit<PassageSentence, 'beside'>[] = [];
  let heading: string[] = [];
  for (const [place, line] of lines.entries()) {
    const text = line.replace(MARKS, '');
    const own = [...stemsOf(text), ...impliedBy(text)];
    if (isHeading(line)) heading = own;
    else found.push({ n: passage.n, place, text, own, heading: [...heading, ...title] });
  }
  // Headings alone are all there is in a table of contents.
  if (found.length === 0) {
    found.push(...lines.map((text, place) => ({ n: passage.n, place, text, own: stemsOf(text), heading: title })));
  }
  return found.map((sentence, at) => ({
    ...sentence,
    beside: [...(found[at - 1]?.own ?? []), ...(found[at + 1]?.own ?? [])],
  }));
}

function isHeading(line: string): boolean {
  if (/^#{1,6}\s/.test(line)) return true;
  return line.length <= 70 && !/[.!?…:;,。！？|]["”’')\]]*$/.test(line) && !MARKS.test(line);
}
