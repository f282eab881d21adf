import { ReadingError } from '../output.ts';
import type { DecryptStream } from './pdf-decryption.ts';
import { decodeStream, filtersOf } from './pdf-filters.ts';
import { MAX_STREAM_BYTES, StreamTooLarge } from './stream-too-large.ts';
import { scripted } from './unsafe.ts';

/** What may still be read and unpacked of a file and those inside it. */
export interface PdfBudget {
  toRead: number;
  toUnpack: number;
}

const MAX_CONTENT_BYTES = 256 * 1024 * 1024;
/** Only in files made to, objects lie within one another: so often may the file's length be read in all. */
const MAX_READINGS = 2;

export const newPdfBudget = (sizeBytes: number): PdfBudget => ({
  toRead: MAX_READINGS * sizeBytes + MAX_CONTENT_BYTES / 4,
  toUnpack: MAX_CONTENT_BYTES,
});

export interface PdfStream {
  readonly bytes: Buffer;
  readonly decrypt: DecryptStream | undefined;
  readonly dictionary: string;
  /** Where its data begins. */
  readonly from: number;
  /** Where the next `endstream` stands. */
  readonly end: number;
  /** Number and generation of its object. */
  readonly name: readonly [number, number];
}

/** Differences of rows instead of what they hold, or what nobody knows without looking elsewhere. */
export function isChanged(dictionary: string): boolean {
  return /\/Predictor (?!1 )|\/(?:DecodeParms|DP) (?:\[ )?\d/.test(dictionary);
}

/**
 * Hands the content of a stream to `inspect`. Pictures, and what is packed in a way that only pictures are, hold
 * nothing that is looked for; an attached file has to be one that can be looked into.
 */
export function inspectStream(stream: PdfStream, budget: PdfBudget, inspect: (content: Buffer) => void): void {
  const { dictionary } = stream;
  if (/\/Subtype \/Image(?= |$)/.test(dictionary)) return;
  const content = /\/Type \/EmbeddedFile(?= |$)/.test(dictionary)
    ? readAttachment(stream, budget)
    : readWhatCanBe(stream, budget);
  if (!content) return;
  if (isScriptedForm(content)) throw scripted();
  inspect(content);
}

/** Forms of a kind that has its scripts in streams. */
function isScriptedForm(content: Buffer): boolean {
  const start = content.indexOf('xfa-template');
  return start !== -1 && /<(?:\w{1,16}:)?script[\s>]/.test(content.toString('latin1', start));
}

function readAttachment(stream: PdfStream, budget: PdfBudget): Buffer {
  const filters = filtersOf(stream.dictionary);
  const content = filters && !isChanged(stream.dictionary) ? decodeWhole(stream, filters, budget) : undefined;
  if (!content) throw hidden();
  return content;
}

function readWhatCanBe(stream: PdfStream, budget: PdfBudget): Buffer | undefined {
  const filters = filtersOf(stream.dictionary);
  try {
    return filters && decode(stream, filters, budget);
  } catch (error) {
    if (!(error instanceof StreamTooLarge)) throw error;
    spend(budget, MAX_STREAM_BYTES);
    return undefined; // A large drawing: the reader will say so, or not need it.
  }
}

/** Undefined when a filter is none of those that are known here. */
export function decodeWhole(stream: PdfStream, filters: readonly string[], budget: PdfBudget): Buffer | undefined {
  try {
    return decode(stream, filters, budget);
  } catch (error) {
    throw error instanceof StreamTooLarge ? tooLarge() : error;
  }
}

/** Every filter knows the end of its data; of what no filter has packed the mark behind it tells the end. */
function decode(stream: PdfStream, filters: readonly string[], budget: PdfBudget): Buffer | undefined {
  const { bytes, from, end, decrypt, dictionary, name } = stream;
  const isEncrypted = decrypt && !/\/Type \/XRef(?= |$)/.test(dictionary);
  const marked = isEncrypted || (filters.length === 0 && !/\/First /.test(dictionary));
  let data = bytes.subarray(from, marked ? end : bytes.length);
  if (marked) spend(budget, data.length);
  if (isEncrypted) data = decrypt(...name, data);
  return decodeStream(data, filters, (count) => spend(budget, count));
}

function spend(budget: PdfBudget, bytes: number): void {
  budget.toUnpack -= bytes;
  if (budget.toUnpack < 0) throw tooLarge();
}

export const tooLarge = () =>
  new ReadingError('LIMIT_EXCEEDED', 'This PDF unpacks to more than can be read. Split it.');
export const hidden = () =>
  new ReadingError(
    'LIMIT_EXCEEDED',
    'This PDF packs its objects in a way that cannot be looked into. Print it to a new PDF and upload that.',
  );
