import { type DecryptStream, decryptionOf } from './pdf-decryption.ts';
import { filtersOf } from './pdf-filters.ts';
import { type PdfObject, readPdfObject } from './pdf-object.ts';
import {
  decodeWhole,
  hidden,
  inspectStream,
  isChanged,
  type PdfBudget,
  type PdfStream,
  tooLarge,
} from './pdf-streams.ts';
import { scripted } from './unsafe.ts';

/**
 * Actions that run something when a reader opens or clicks. A bare /OpenAction only says where to begin reading, and
 * places in a document may be called anything: `/JavaScript [3 0 R /Fit]`.
 */
const RUNS =
  /\/S \/(?:Launch|ImportData|SubmitForm|Rendition|JavaScript)(?= |$)|\/JavaScript (?:<<|\d)|\/JS (?:\(\)|\d)|(?<!\/Dest )\/RichMedia(?! \[)(?= |$)|\/OnInstantiate /;
/** What an action does may be said by an object of its own. */
const RUNS_BY_REFERENCE = /^\/(?:Launch|ImportData|SubmitForm|Rendition|JavaScript)$/;
/** Without any of this, in letters or written out, no object can be one of those. */
const MAY_RUN = /\/(?:J|Launch|ImportData|SubmitForm|Rendition|RichMedia|OnInstantiate|[^\s()<>[\]{}/%#]{0,64}#)/;
const BEGINNING = /(?:(\d{1,10})[\0\t\n\f\r ]+(\d{1,5})[\0\t\n\f\r ]*)?(?<![A-Za-z])obj(?![A-Za-z])|trailer/g;
/** How far behind `stream` its line may end. */
const LINE_BYTES = 1_024;

/**
 * Looks at every object, wherever in the file its beginning stands, and at those packed into streams; of all other
 * streams only the content is handed to `inspect`. No table of contents and no length that the file states is believed.
 *
 * @throws ReadingError MALWARE_FOUND, ENCRYPTED or LIMIT_EXCEEDED, and whatever `inspect` throws
 */
export function checkPdfActions(bytes: Buffer, budget: PdfBudget, inspect: (content: Buffer) => void): void {
  const source = bytes.toString('latin1');
  const decrypt: DecryptStream | undefined = decryptionOf(source);
  let dataEnd = 0;
  for (const beginning of source.matchAll(BEGINNING)) {
    const object = checkObject(source, beginning.index + beginning[0].length, budget);
    if (object.streamAt === undefined) continue;
    const start = startOfData(source, object.streamAt);
    const from = start ?? object.streamAt;
    if (dataEnd < from) dataEnd = endOfData(source, from);
    const name = [Number(beginning[1] ?? 0), Number(beginning[2] ?? 0)] as const;
    const stream: PdfStream = { bytes, decrypt, dictionary: object.text, from, end: dataEnd, name };
    if (holdsObjects(object.text)) checkPackedObjects(stream, start !== undefined, budget);
    else inspectStream(stream, budget, inspect);
  }
}

function checkObject(source: string, start: number, budget: PdfBudget, how = { isPacked: false }): PdfObject {
  const object = readPdfObject(source, start, how);
  budget.toRead -= object.end - start;
  if (budget.toRead < 0) throw tooLarge();
  if (RUNS.test(object.text) || RUNS_BY_REFERENCE.test(object.text)) throw scripted();
  return object;
}

/** Some readers go by these two entries alone. */
function holdsObjects(dictionary: string): boolean {
  return /\/ObjStm(?= |$)/.test(dictionary) || (/\/First /.test(dictionary) && /\/N /.test(dictionary));
}

/** Begins with pairs of numbers, of which the second is an object's place behind `/First`. */
function checkPackedObjects(stream: PdfStream, isPlaceSure: boolean, budget: PdfBudget): void {
  const { dictionary } = stream;
  const filters = filtersOf(dictionary);
  const [first, another] = dictionary.matchAll(/\/First (\d+)(?! \d+ R)(?= )/g);
  if (!filters || !first || another || isChanged(dictionary) || !isPlaceSure) throw hidden();
  const content = decodeWhole(stream, filters, budget);
  if (!content) throw hidden();
  const source = content.toString('latin1');
  budget.toRead -= Number(first[1]);
  const { text: head } = readPdfObject(source.slice(0, Number(first[1])), 0);
  const places = [...head.matchAll(/\d+ (\d+)/g)];
  if (places.length === 0 && !/\/N 0 /.test(dictionary)) throw hidden();
  if (!MAY_RUN.test(source)) return;
  for (const [, place] of places) checkObject(source, Number(first[1]) + Number(place), budget, { isPacked: true });
}

/** Behind the line of the keyword; undefined where more stands in it, which readers understand in several ways. */
function startOfData(source: string, at: number): number | undefined {
  const line = /^[\0\t\f ]*(?:\r\n?|\n)/.exec(source.slice(at, at + LINE_BYTES));
  return line ? at + line[0].length : undefined;
}

function endOfData(source: string, start: number): number {
  const end = source.indexOf('endstream', start);
  return end === -1 ? source.length : end;
}
