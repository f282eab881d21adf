import { ReadingError } from '../output.ts';
import { decodeStream, filtersOf, StreamTooLarge } from './pdf-filters.ts';
import { type PdfObject, readPdfObject } from './pdf-object.ts';

/** Actions that run something when a reader opens or clicks. A bare /OpenAction only says where to begin reading. */
const RUNS =
  /\/S \/(?:Launch|ImportData|SubmitForm|Rendition)(?= |$)|\/JavaScript(?= |$)|\/JS (?:\(\)|\d)|\/RichMedia(?= |$)/;
/** What an action does may be said by an object of its own. */
const RUNS_BY_REFERENCE = /^\/(?:Launch|ImportData|SubmitForm|Rendition)$/;
const BEGINNING = /(?<![A-Za-z])obj(?![A-Za-z])|trailer/g;
/** How far behind `stream` its line may end. */
const LINE_BYTES = 1_024;
const MAX_CONTENT_BYTES = 256 * 1024 * 1024;
/** Only in files made to, objects lie within one another: so often may the file's length be read in all. */
const MAX_READINGS = 4;

interface PdfFile {
  readonly bytes: Buffer;
  /** The same, a character for each byte. */
  readonly source: string;
}

/** What may still be read and unpacked of a file. */
interface Budget {
  toRead: number;
  toUnpack: number;
}

/**
 * Looks at every object, wherever in the file its beginning stands, and at those packed into streams; of all other
 * streams only the content is handed to `inspect`. No table of contents and no length that the file states is believed.
 *
 * @throws ReadingError MALWARE_FOUND or LIMIT_EXCEEDED, and whatever `inspect` throws
 */
export function checkPdfActions(bytes: Buffer, inspect: (content: Buffer) => void): void {
  const source = bytes.toString('latin1');
  const budget = { toRead: MAX_READINGS * bytes.length + MAX_CONTENT_BYTES, toUnpack: MAX_CONTENT_BYTES };
  let dataEnd = 0;
  for (const beginning of source.matchAll(BEGINNING)) {
    const object = checkObject(source, beginning.index + beginning[0].length, budget);
    if (object.streamAt === undefined) continue;
    const start = startOfData(source, object.streamAt);
    if (holdsObjects(object.text)) checkPackedObjects({ bytes, source }, start, object.text, budget);
    else {
      const from = start ?? object.streamAt;
      if (dataEnd < from) dataEnd = endOfData(source, from);
      inspectStream(bytes, [from, dataEnd], { dictionary: object.text, budget, inspect });
    }
  }
}

function checkObject(source: string, start: number, budget: Budget, how = { isPacked: false }): PdfObject {
  const object = readPdfObject(source, start, how);
  budget.toRead -= object.end - start;
  if (budget.toRead < 0) throw tooLarge();
  if (RUNS.test(object.text) || RUNS_BY_REFERENCE.test(object.text)) {
    throw new ReadingError(
      'MALWARE_FOUND',
      'This PDF carries scripts or actions that run when it is opened. Print it to a new PDF and upload that.',
    );
  }
  return object;
}

/** Some readers go by these two entries alone. */
function holdsObjects(dictionary: string): boolean {
  return /\/ObjStm(?= |$)/.test(dictionary) || (/\/First /.test(dictionary) && /\/N /.test(dictionary));
}

/** Begins with pairs of numbers, of which the second is an object's place behind `/First`. */
function checkPackedObjects(file: PdfFile, start: number | undefined, dictionary: string, budget: Budget): void {
  const filters = filtersOf(dictionary);
  const [first, another] = dictionary.matchAll(/\/First (\d+)(?! \d+ R)(?= )/g);
  const isChanged = /\/Predictor (?!1 )|\/(?:DecodeParms|DP) (?:\[ )?\d/.test(dictionary);
  if (!filters || !first || another || isChanged || start === undefined) throw hidden();
  const { source, from } = filters.length === 0 ? { source: file.source, from: start } : unpack();
  const objects = from + Number(first[1]);
  budget.toRead -= Number(first[1]);
  const { text: head } = readPdfObject(source.slice(from, objects), 0);
  for (const [, place] of head.matchAll(/\d+ (\d+)/g)) {
    checkObject(source, objects + Number(place), budget, { isPacked: true });
  }

  function unpack() {
    const content = decodeOrRefuse(file.bytes.subarray(start), filters ?? []);
    if (!content) throw hidden();
    budget.toUnpack -= content.length;
    if (budget.toUnpack < 0) throw tooLarge();
    return { source: content.toString('latin1'), from: 0 };
  }
}

function decodeOrRefuse(packed: Buffer, filters: readonly string[]): Buffer | undefined {
  try {
    return decodeStream(packed, filters);
  } catch (error) {
    throw error instanceof StreamTooLarge ? tooLarge() : error;
  }
}

interface Inspection {
  readonly dictionary: string;
  readonly budget: Budget;
  readonly inspect: (content: Buffer) => void;
}

/** Pictures, and what is packed in a way that only pictures are, hold nothing that is looked for. */
function inspectStream(
  bytes: Buffer,
  [start, end]: [number, number],
  { dictionary, budget, inspect }: Inspection,
): void {
  const filters = filtersOf(dictionary);
  if (!filters || /\/Subtype \/Image(?= |$)/.test(dictionary)) return;
  let content: Buffer | undefined;
  try {
    content = decodeStream(filters.length === 0 ? bytes.subarray(start, end) : bytes.subarray(start), filters);
  } catch (error) {
    if (!(error instanceof StreamTooLarge)) throw error;
    return; // A large picture: the reader will say so, or not need it.
  }
  budget.toUnpack -= content?.length ?? 0;
  if (budget.toUnpack < 0) throw tooLarge();
  if (content) inspect(content);
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

const tooLarge = () => new ReadingError('LIMIT_EXCEEDED', 'This PDF unpacks to more than can be read. Split it.');
const hidden = () =>
  new ReadingError(
    'LIMIT_EXCEEDED',
    'This PDF packs its objects in a way that cannot be looked into. Print it to a new PDF and upload that.',
  );
