import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Writable } from 'node:stream';
import type { DocumentErrorCode } from '../../shared/errors/document-processing-error.ts';
import type { ExtractionLine } from '../../shared/models/extraction.ts';

/** A permanent fault of the file; `message` is the advice its owner reads. */
export class ReadingError extends Error {
  override readonly name = 'ReadingError';
  readonly code: DocumentErrorCode;

  constructor(code: DocumentErrorCode, advice: string) {
    super(advice);
    this.code = code;
  }
}

export interface Place {
  readonly page?: number;
  readonly headingPath?: readonly string[];
}

export interface Output {
  meta(meta: {
    title?: string | undefined;
    pages?: number;
    pages_read?: number;
    pages_unreadable?: number;
  }): Promise<void>;
  /** Writes a text in blocks of bounded size, from the first that says something on; what is blank is left out. */
  text(text: string, place?: Place): Promise<void>;
  /** Whether a letter or digit of any script was among the texts: marks alone answer nothing. */
  hasText(): boolean;
  end(line: ExtractionLine): Promise<void>;
}

export type Reader = (path: string, output: Output) => Promise<void>;

/** Small enough to stream, large enough to hold paragraphs whole. */
const BLOCK_CHARACTERS = 16_384;
/** Characters that no reader sees and that Postgres or a terminal would trip over. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is removed
const INVISIBLE = /[\u0000-\u0008\u000b\u000e-\u001f\u007f\u00ad\u200b\u2060\ufeff]/g;
/** Braille is a script of symbols; its empty cell says nothing. */
const SAYS_SOMETHING = /[\p{L}\p{N}\u2801-\u28ff]/u;

export function createOutput(stream: Writable): Output {
  let hasText = false;
  let held: ExtractionLine[] = [];
  const write = async (line: ExtractionLine) => {
    if (!stream.write(`${asLine(line)}\n`)) await once(stream, 'drain');
  };
  return {
    meta: (meta) => write({ type: 'meta', ...meta }),
    async text(text, place = {}) {
      for (const part of cleanParts(text)) {
        held.push({
          type: 'block',
          text: part,
          ...(place.page !== undefined && { page: place.page }),
          ...(place.headingPath?.length && { heading_path: [...place.headingPath] }),
        });
        hasText ||= SAYS_SOMETHING.test(part);
        if (!hasText) continue;
        for (const line of held) await write(line);
        held = [];
      }
    },
    hasText: () => hasText,
    end: (line) =>
      new Promise((resolve) => {
        const peak = { peak_bytes: peakBytes() };
        stream.write(`${asLine({ ...line, ...peak })}\n`, () => resolve());
      }),
  };
}

/** On Linux of this program alone: the usage that it tells counts in whoever started it. */
function peakBytes(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1_024;
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) * 1_024;
}

/** Some programs end a line at these as well, though JSON lets them stand. */
function asLine(line: ExtractionLine): string {
  return JSON.stringify(line).replace(/[\u2028\u2029]/g, (mark) => (mark === '\u2028' ? '\\u2028' : '\\u2029'));
}

/** A text is made clean by pieces, so that a long one takes little memory beside itself. */
const PIECE_CHARACTERS = 1_048_576;

function* cleanParts(text: string): Generator<string> {
  for (let start = 0; start < text.length; ) {
    const slice = text.slice(start, start + PIECE_CHARACTERS);
    const isLast = start + PIECE_CHARACTERS >= text.length;
    const length = isLast ? slice.length : slice.lastIndexOf('\n') + 1 || wholeCharacters(slice);
    yield* partsOf(clean(slice.slice(0, length)));
    start += length;
  }
}

/** No script puts as many marks on a letter; to put them in order takes a time that grows with their square. */
const TOO_MANY_MARKS = /(\p{M}{30})\p{M}+/gu;

function clean(text: string): string {
  return text
    .replace(/\r\n?|[\f\u0085\u2028]/g, '\n')
    .replace(/\u2029/g, '\n\n')
    .replace(INVISIBLE, '')
    .replace(TOO_MANY_MARKS, '$1')
    .toWellFormed()
    .normalize('NFC');
}

/** Cut at a blank line where there is one, else at a line, else at a space. */
function* partsOf(text: string): Generator<string> {
  let start = 0;
  while (text.length - start > BLOCK_CHARACTERS) {
    const slice = text.slice(start, start + BLOCK_CHARACTERS);
    const end = ['\n\n', '\n', ' ']
      .map((boundary) => slice.lastIndexOf(boundary))
      .find((place) => place > BLOCK_CHARACTERS / 2);
    const length = end ?? wholeCharacters(slice);
    if (slice.slice(0, length).trim() !== '') yield slice.slice(0, length);
    start += length;
  }
  if (text.slice(start).trim() !== '') yield text.slice(start);
}

function wholeCharacters(slice: string): number {
  const last = slice.charCodeAt(slice.length - 1);
  return last >= 0xd800 && last <= 0xdbff ? slice.length - 1 : slice.length;
}
