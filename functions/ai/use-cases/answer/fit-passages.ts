import type { SourcePassage } from '../retrieve/join-neighbours.ts';
import { sentencesOfPassage } from '../retrieve/passage-sentences.ts';
import { wordsOf } from '../retrieve/passage-words.ts';
import { trimPassage } from '../retrieve/trim-passage.ts';
import { cleanText, oneLine } from '../text/clean-text.ts';
import { countLine, countTokens } from '../text/count-tokens.ts';

/** Below this a passage says too little to be worth its place. */
const MIN_PASSAGE_TOKENS = 40;
const TAIL = '</passage>';

export interface FittedPassages {
  /** Numbered from 1 in this order. */
  readonly given: readonly SourcePassage[];
  /** As they stand in the prompt. */
  readonly text: string;
  /** Tokens of the room that nothing took. */
  readonly left: number;
}

/** The first passage may take half of the room; each further one half of what is left, so that several are heard. */
export function fitPassages(
  passages: readonly SourcePassage[],
  weights: ReadonlyMap<string, number>,
  room: number,
): FittedPassages {
  const given: SourcePassage[] = [];
  const parts: string[] = [];
  let left = room;
  for (const [place, passage] of passages.entries()) {
    const head = `<passage n="${given.length + 1}" title="${headingOf(passage)}">`;
    const around = countTokens(head) + countLine(TAIL) + countLine('');
    const last = place === passages.length - 1;
    const own = Math.floor(last ? left : left / 2) - around;
    if (own < MIN_PASSAGE_TOKENS) continue;
    const { promptText, promptTokens } = wordsOf(passage);
    const whole = { text: promptText, tokens: promptTokens };
    const { text, tokens } = promptTokens <= own ? whole : trimPassage(sentencesOfPassage(passage), weights, own);
    if (text === '') continue;
    parts.push(`${head}\n${text}\n${TAIL}`);
    given.push(passage);
    left -= around + tokens;
  }
  return { given, text: parts.join('\n'), left };
}

function headingOf(passage: SourcePassage): string {
  const heading = oneLine(cleanText([passage.title, ...passage.headingPath].join(' › ')));
  return [...heading.replaceAll('"', '”')].slice(0, 160).join('');
}
