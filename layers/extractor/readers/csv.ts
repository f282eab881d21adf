import { readFile } from 'node:fs/promises';
import { decodeText } from '../decode-text.ts';
import type { Reader } from '../output.ts';

const ROWS_PER_BLOCK = 100;

/** Each row as `column: value` pairs, so that a passage makes sense without the table's head (RFC 4180, any separator). */
export const readCsv: Reader = async (path, output) => {
  const text = decodeText(await readFile(path));
  const rows = parseRows(text, separatorOf(text));
  const head = rows.next().value ?? [];
  let lines: string[] = [];
  let count = 0;
  for (const row of rows) {
    const cells = row.flatMap((value, column) => {
      const name = head[column]?.trim() ?? '';
      return value.trim() === '' ? [] : [name === '' ? value.trim() : `${name}: ${value.trim()}`];
    });
    if (cells.length > 0) lines.push(cells.join('; '));
    count += 1;
    if (lines.length < ROWS_PER_BLOCK) continue;
    await output.text(lines.join('\n'));
    lines = [];
  }
  await output.text(count === 0 ? head.join('; ') : lines.join('\n'));
};

function separatorOf(text: string): string {
  const line = text.slice(0, text.search(/[\r\n]|$/));
  const counted = [',', ';', '\t', '|'].map((separator) => ({ separator, count: line.split(separator).length }));
  return counted.reduce((best, each) => (each.count > best.count ? each : best)).separator;
}

function* parseRows(text: string, separator: string): Generator<string[], undefined> {
  let row: string[] = [];
  let value = '';
  let quoted = false;
  for (let place = text.charCodeAt(0) === 0xfeff ? 1 : 0; place < text.length; place += 1) {
    const character = text.charAt(place);
    if (quoted) {
      if (character !== '"') value += character;
      else if (text.charAt(place + 1) === '"') {
        value += '"';
        place += 1;
      } else quoted = false;
    } else if (character === '"' && value === '') quoted = true;
    else if (character === separator) {
      row.push(value);
      value = '';
    } else if (character === '\n' || character === '\r') {
      if (character === '\r' && text.charAt(place + 1) === '\n') place += 1;
      yield [...row, value];
      row = [];
      value = '';
    } else value += character;
  }
  if (value !== '' || row.length > 0) yield [...row, value];
}
