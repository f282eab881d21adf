import { beginsBlock, type Found, isBlank, LIST_MARKER, type ReadInner } from './lines.ts';
import type { Block } from './syntax.ts';

interface Marker {
  readonly indent: number;
  /** Where the item's own text begins. */
  readonly offset: number;
  readonly number: number | undefined;
}

/** How far a line must be indented to belong to an item: writers of lists rarely count the marker's width. */
const BELONGS_FROM = 2;

/** A list with everything that is indented below its items. */
export function readList(lines: readonly string[], at: number, readInner: ReadInner): Found | undefined {
  const first = markerOf(lines[at]);
  if (!first) return undefined;
  const items: Block[][] = [];
  let next = at;
  for (let marker: Marker | undefined = first; marker; marker = nextMarker(lines, next, first)) {
    const start = skipBlank(lines, next);
    next = endOfItem(lines, start, marker);
    items.push(readInner(linesOfItem(lines.slice(start, next), marker)));
  }
  return { block: { kind: 'list', start: first.number, items }, next };
}

function markerOf(line: string | undefined): Marker | undefined {
  const [whole, indent = '', sign = ''] = LIST_MARKER.exec(line ?? '') ?? [];
  if (whole === undefined) return undefined;
  const number = Number.parseInt(sign, 10);
  return {
    indent: indent.length,
    offset: indent.length + sign.length + 1,
    number: Number.isNaN(number) ? undefined : number,
  };
}

/** The list goes on where a marker of the same kind stands about as far in as the first. */
function nextMarker(lines: readonly string[], at: number, first: Marker): Marker | undefined {
  const marker = markerOf(lines[skipBlank(lines, at)]);
  const sameKind = marker && (marker.number === undefined) === (first.number === undefined);
  return sameKind && Math.abs(marker.indent - first.indent) < BELONGS_FROM ? marker : undefined;
}

function endOfItem(lines: readonly string[], at: number, marker: Marker): number {
  let end = at + 1;
  for (let line = end; line < lines.length; line += 1) {
    const text = lines[line] ?? '';
    if (isBlank(text)) continue;
    const indented = indentOf(text) >= marker.indent + BELONGS_FROM;
    const runsOn = line === end && !beginsBlock(text) && !markerOf(text);
    if (!indented && !runsOn) break;
    end = line + 1;
  }
  return end;
}

function linesOfItem(lines: readonly string[], { offset }: Marker): string[] {
  return lines.map((line, place) => (place === 0 ? line.slice(offset) : line.slice(Math.min(indentOf(line), offset))));
}

const indentOf = (line: string) => line.length - line.trimStart().length;

function skipBlank(lines: readonly string[], at: number): number {
  let next = at;
  while (next < lines.length && isBlank(lines[next])) next += 1;
  return next;
}
