import type { Block } from './syntax.ts';

/** What several readers of blocks ask of a line. */
export const LIST_MARKER = /^( *)([-*+]|\d{1,9}[.)])(?: +|$)/;
export const FENCE = /^ {0,3}(`{3,}|~{3,})([^`]*)$/;
export const HEADING = /^ {0,3}#{1,6}(?: +|$)/;
export const RULE = /^ {0,3}([-*_])(?: *\1){2,} *$/;
export const QUOTE = /^ {0,3}> ?/;

export interface Found {
  readonly block: Block;
  /** The first line after it. */
  readonly next: number;
}

/** Reads what stands one level further in. */
export type ReadInner = (lines: readonly string[]) => Block[];

export const isBlank = (line: string | undefined) => line === undefined || line.trim() === '';

/** Whether a line begins something else than the rest of a paragraph. */
export function beginsBlock(line: string): boolean {
  return FENCE.test(line) || HEADING.test(line) || RULE.test(line) || QUOTE.test(line) || interruptsAsList(line);
}

/** A sentence may begin a line with "1990." or "-": only a list's likely beginning counts. */
function interruptsAsList(line: string): boolean {
  const [marker = '', , sign = ''] = LIST_MARKER.exec(line) ?? [];
  return marker !== '' && marker.length < line.length && (!/\d/.test(sign) || /^1\D/.test(sign));
}
