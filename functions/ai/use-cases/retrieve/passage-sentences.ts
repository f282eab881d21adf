import type { Passage } from '../../repositories/passage.ts';
import { contentStems } from '../text/content-stems.ts';
import { countLine } from '../text/count-tokens.ts';
import { isHeading, sentencesOf } from '../text/sentences.ts';
import { type PassageWords, wordsOf } from './passage-words.ts';

export interface PassageSentence {
  readonly text: string;
  readonly stems: ReadonlySet<string>;
  /** What it costs in a prompt, its line break included. */
  readonly tokens: number;
  /** The place of the heading it stands under. */
  readonly heading: number | undefined;
}

/** Forgotten together with the passage's words. */
const remembered = new WeakMap<PassageWords, readonly PassageSentence[]>();

/** The sentences of a passage as they go into a prompt, taken apart at most once while it is being asked about. */
export function sentencesOfPassage(
  passage: Pick<Passage, 'chunkId' | 'text' | 'title' | 'headingPath'>,
): readonly PassageSentence[] {
  const words = wordsOf(passage);
  const known = remembered.get(words);
  if (known) return known;
  let heading: number | undefined;
  const sentences = sentencesOf(words.promptText).map((text, place) => {
    const under = isHeading(text) ? undefined : heading;
    if (isHeading(text)) heading = place;
    return { text, stems: contentStems(text), tokens: countLine(text), heading: under };
  });
  remembered.set(words, sentences);
  return sentences;
}
