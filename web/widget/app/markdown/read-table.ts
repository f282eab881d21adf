import { type Found, isBlank } from './lines.ts';
import { readInlines } from './read-inlines.ts';
import type { Row } from './syntax.ts';

/** Wider ones are shown as the lines they are: nobody could read them in a panel. */
const MAX_COLUMNS = 30;

/** A row of cells, a row of dashes, and rows as long as there is a bar in them. */
export function readTable(lines: readonly string[], at: number): Found | undefined {
  const header = lines[at] ?? '';
  if (!header.includes('|')) return undefined;
  const columns = cellsOf(header);
  const dashes = cellsOf(lines[at + 1] ?? '');
  const isTable = dashes.length === columns.length && dashes.every((cell) => /^:?-+:?$/.test(cell));
  if (!isTable) return undefined;
  let end = at + 2;
  while (!isBlank(lines[end]) && lines[end]?.includes('|')) end += 1;
  if (columns.length > MAX_COLUMNS)
    return { block: { kind: 'code', text: lines.slice(at, end).join('\n') }, next: end };
  const rows = lines.slice(at + 2, end).map((line) => cellsOf(line).slice(0, columns.length).map(readInlines));
  return { block: { kind: 'table', header: columns.map(readInlines), rows: rows satisfies Row[] }, next: end };
}

function cellsOf(line: string): string[] {
  const cells: string[] = [''];
  const text = line.trim();
  for (let at = 0; at < text.length; at += 1) {
    const escaped = text[at] === '\\' && text[at + 1] === '|';
    if (escaped) at += 1;
    if (text[at] === '|' && !escaped) cells.push('');
    else cells[cells.length - 1] += text[at] ?? '';
  }
  if (text.startsWith('|')) cells.shift();
  if (cells.length > 1 && cells.at(-1)?.trim() === '') cells.pop();
  return cells.map((cell) => cell.trim());
}
