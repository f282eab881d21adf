import { readFile } from 'node:fs/promises';
import { decodeText } from '../decode-text.ts';
import type { Reader } from '../output.ts';

const ROWS_PER_BLOCK = 100;
const PIECE_CHARACTERS = 1_048_576;

/** Each row as `column: value` pairs, so that a passage makes sense without the table's head (RFC 4180, any separator). */
export const readCsv: Reader = async (path, output) => {
  const { text, separator } = splitAnnouncement(decodeText(await readFile(path)));
  let head: string[] | undefined;
  let lines: string[] = [];
  let names = '';
  for (const row of parseRows(text, separator)) {
    const values = row.filter((value) => value.trim() !== '');
    if (head) names = ''; // A head above nothing says nothing.
    if (values.length === 0) continue;
    if (head) lines.push(describe(row, head));
    else if (values.length === 1 && separator !== NONE)
      lines.push(values.join().trim()); // The table's title.
    else {
      head = row.map((name) => name.trim());
      names = head.join('; ');
    }
    if (lines.length < ROWS_PER_BLOCK) continue;
    await output.text(lines.join('\n'));
    [lines, names] = [[], ''];
  }
  await output.text(lines.length > 0 ? lines.join('\n') : names);
};

function describe(row: readonly string[], head: readonly string[]): string {
  const cells = row.flatMap((value, column) => {
    const name = head[column] ?? '';
    return value.trim() === '' ? [] : [name === '' ? value.trim() : `${name}: ${value.trim()}`];
  });
  return cells.join('; ');
}

/** Spreadsheets write `sep=;` as the first line of a file that is for one of their own. */
function splitAnnouncement(whole: string): { text: string; separator: string } {
  const text = whole.replace(/^\ufeff/, '');
  const announced = /^"?sep=([^\r\n])"?(?:\r\n?|\n)/i.exec(text);
  if (announced?.[1]) return { text: text.slice(announced[0].length), separator: announced[1] };
  return { text, separator: separatorOf(text) };
}

const SEPARATORS = [',', ';', '\t', '|'];
/** Of a table with one column: no text has it. */
const NONE = '\0';
const SAMPLE_CHARACTERS = 65_536;
const SAMPLE_ROWS = 20;

/** The one that parts most rows into as many values, and those into most; of rows that are all unlike, the first row. */
function separatorOf(text: string): string {
  const sample = text.slice(0, SAMPLE_CHARACTERS);
  let best = { separator: NONE, score: 0 };
  for (const separator of SEPARATORS) {
    const sizes: number[] = [];
    for (const row of parseRows(sample, separator)) {
      if (row.every((value) => value.trim() === '')) continue;
      if (sizes.push(row.length) === SAMPLE_ROWS) break;
    }
    const score = scoreOf(sizes);
    if (score > best.score) best = { separator, score };
  }
  return best.separator;
}

function scoreOf(sizes: readonly number[]): number {
  const [first = 1] = sizes;
  const alike = (size: number) => sizes.filter((each) => each === size).length / sizes.length;
  const usual = sizes.reduce((one, other) => (alike(other) > alike(one) ? other : one), first);
  if (usual > 1) return 1 + alike(usual) + usual / 1_000_000;
  return first > 1 ? first / 1_000_000 : 0;
}

/** A value ends at the separator or the line's end; a quoted one at a quote that is not doubled (RFC 4180). */
function* parseRows(text: string, separator: string): Generator<string[], undefined> {
  const ends = new RegExp(`[\\r\\n${separator.replace(/[\\\]^-]/g, '\\$&')}]`, 'g');
  let row: string[] = [];
  let at = 0;
  while (at < text.length) {
    let value = '';
    if (text.charAt(at) === '"') {
      const quoted = readQuoted(text, at + 1);
      value = quoted.value;
      at = quoted.end;
    }
    ends.lastIndex = at;
    const end = ends.exec(text)?.index ?? text.length;
    row.push(value + text.slice(at, end));
    const mark = text.charAt(end);
    at = end + 1;
    if (mark === separator) {
      if (at === text.length) row.push('');
      continue;
    }
    if (mark === '\r' && text.charAt(at) === '\n') at += 1;
    yield row;
    row = [];
  }
  if (row.length > 0) yield row;
}

function readQuoted(text: string, start: number): { value: string; end: number } {
  let end = text.indexOf('"', start);
  while (end !== -1 && text.charAt(end + 1) === '"') end = text.indexOf('"', end + 2);
  if (end === -1) end = text.length;
  return { value: withoutDoubles(text.slice(start, end)), end: end + 1 };
}

/** At once, a value of quotes alone would take many times its memory. */
function withoutDoubles(quoted: string): string {
  if (!quoted.includes('"')) return quoted;
  let value = '';
  for (let start = 0; start < quoted.length; ) {
    const first = quoted.indexOf('"', start + PIECE_CHARACTERS);
    const end = first === -1 ? quoted.length : first;
    value += quoted.slice(start, end).replaceAll('""', '"');
    start = end;
  }
  return value;
}
