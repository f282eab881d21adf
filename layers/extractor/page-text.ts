/** A run of text on a page, as pdf.js gives it. */
export interface TextItem {
  readonly str: string;
  readonly hasEOL: boolean;
  readonly height: number;
  /** A matrix; the last two numbers are the place, counted from the lower left corner. */
  readonly transform: readonly number[];
}

interface Line {
  text: string;
  readonly bottom: number;
  height: number;
}

/** A gap between lines of more than this many line heights begins a paragraph. */
const PARAGRAPH_GAP = 1.8;

/** The lines of a page put together again: paragraphs by their distance, words hyphenated at a line's end made whole. */
export function pageText(items: readonly TextItem[]): string {
  let text = '';
  let before: Line | undefined;
  for (const line of linesOf(items)) {
    if (before === undefined) text = line.text;
    else if (isNewParagraph(before, line)) text += `\n\n${line.text}`;
    else if (/\p{Ll}[-\u00ad\u2010]$/u.test(text) && /^\p{Ll}/u.test(line.text)) text = text.slice(0, -1) + line.text;
    else text += `\n${line.text}`;
    before = line;
  }
  return text;
}

function linesOf(items: readonly TextItem[]): Line[] {
  const lines: Line[] = [];
  let line: Line | undefined;
  for (const item of items) {
    line ??= { text: '', bottom: item.transform[5] ?? 0, height: 0 };
    line.text += item.str;
    line.height = Math.max(line.height, item.height);
    if (!item.hasEOL) continue;
    lines.push(line);
    line = undefined;
  }
  if (line) lines.push(line);
  return lines.map((each) => ({ ...each, text: each.text.trim() })).filter((each) => each.text !== '');
}

function isNewParagraph(before: Line, line: Line): boolean {
  const height = Math.max(before.height, line.height);
  const gap = before.bottom - line.bottom;
  return height > 0 && (gap > height * PARAGRAPH_GAP || gap < -height);
}
