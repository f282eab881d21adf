import { splitSentences } from '../../../../shared/language/split-sentences.ts';

/** A line of at least so many characters that breaks off in mid-sentence was wrapped by an editor. */
const WRAPPED_LINE = 50;
const LIST_ITEM = /^\s*(?:[-*•–]|\d{1,3}[.)])\s/;
const HEADING = /^#{1,6}\s+/;
const ENDS_SENTENCE = /[.!?…:。！？]["”'’)\]]*\s*$/;

/**
 * Sentences, headings, list items and table rows in their order, trimmed, none empty. Lines that an editor wrapped are
 * one again.
 */
export function sentencesOf(text: string): string[] {
  return unwrap(text)
    .flatMap(splitSentences)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== '');
}

/** Marked as one, or short, without an end, and before other text. */
export function isHeading(sentence: string): boolean {
  if (HEADING.test(sentence)) return true;
  return sentence.length <= 70 && !/[.!?…:;,。！？|]["”'’)\]]*$/.test(sentence) && !LIST_ITEM.test(sentence);
}

/** Without the marks of headings and lists. */
export function unmarked(sentence: string): string {
  return sentence.replace(HEADING, '').replace(LIST_ITEM, '');
}

/** The same lines, with those that an editor wrapped made one again. */
export function unwrapped(text: string): string {
  return unwrap(text)
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n');
}

function unwrap(text: string): string[] {
  const lines: string[] = [];
  let open = false;
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    const last = lines.at(-1);
    if (open && last !== undefined && continues(line)) lines[lines.length - 1] = `${last} ${line}`;
    else lines.push(line);
    open = line.length >= WRAPPED_LINE && !ENDS_SENTENCE.test(line) && !HEADING.test(line) && !isRow(line);
  }
  return lines;
}

function continues(line: string): boolean {
  return /^["“'(\p{L}\p{N}]/u.test(line) && !LIST_ITEM.test(line) && !isRow(line);
}

/** Of a table: cells parted by bars or tabs, or named by what stands before a colon. */
function isRow(line: string): boolean {
  return /[|\t]/.test(line) || /^[^.!?]{1,30}:\s/.test(line);
}
