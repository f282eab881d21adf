import { gunzipSync } from 'node:zlib';
import { ReadingError } from '../output.ts';
import { type Budget, newBudget, openZip } from '../zip.ts';
import { checkCompoundFile, isCompoundFile } from './compound-file.ts';
import { isZip } from './content-type.ts';
import { checkPdfActions } from './pdf-actions.ts';
import { newPdfBudget, type PdfBudget } from './pdf-streams.ts';
import { checkSignatures } from './signatures.ts';
import { unsafe } from './unsafe.ts';
import { checkWordPart } from './word-parts.ts';

const MAX_DEPTH = 3;
const GZIP = Buffer.from('1f8b08', 'hex');
/** Archives that nothing here can look into: 7z, RAR, xz, bzip2, cabinets. */
const CLOSED = ['377abcaf271c', '526172211a07', 'fd377a585a00', '425a6839314159265359', '4d53434600000000'].map((hex) =>
  Buffer.from(hex, 'hex'),
);

/** What may be unpacked and read of a file with everything in it, however it is nested. */
export interface Inspection {
  readonly archives: Budget;
  readonly pdfs: PdfBudget;
}

export const newInspection = (sizeBytes: number): Inspection => ({
  archives: newBudget(),
  pdfs: newPdfBudget(sizeBytes),
});

/**
 * Looks at a file that lies in `depth` others, for signatures, programs and what runs when it is opened, and at
 * everything that it holds.
 *
 * @throws ReadingError with what was found
 */
export function inspectContent(content: Buffer, depth: number, inspection: Inspection): void {
  checkSignatures(content);
  if (isCompoundFile(content)) checkCompoundFile(content);
  else if (CLOSED.some((magic) => startsWith(content, magic))) {
    throw unsafe('This document holds an archive that cannot be looked into. Save it without that.');
  } else if (isZip(content)) inspectArchive(content, deeper(depth), inspection);
  else if (startsWith(content, GZIP)) {
    const unpacked = unpackGzip(content, inspection.archives);
    if (unpacked) inspectContent(unpacked, deeper(depth), inspection);
  } else if (/^\s*%PDF-\d/.test(content.toString('latin1', 0, 64))) inspectPdf(content, deeper(depth), inspection);
}

export function inspectPdf(bytes: Buffer, depth: number, inspection: Inspection): void {
  checkPdfActions(bytes, inspection.pdfs, (content) => inspectContent(content, depth, inspection));
}

export function inspectArchive(bytes: Buffer, depth: number, inspection: Inspection): void {
  const zip = openZip(bytes, inspection.archives);
  for (const name of zip.names()) {
    const content = zip.read(name);
    if (content === undefined) continue;
    checkWordPart(name, content);
    inspectContent(content, depth, inspection);
  }
}

function deeper(depth: number): number {
  if (depth < MAX_DEPTH) return depth + 1;
  throw unsafe('This document holds archives within archives. Save it without them.');
}

/** Undefined for what only begins like one. */
function unpackGzip(packed: Buffer, budget: Budget): Buffer | undefined {
  try {
    const content = gunzipSync(packed, { maxOutputLength: Math.max(1, budget.bytes) });
    budget.bytes -= content.length;
    return content;
  } catch (error) {
    if ((error as { code?: string }).code !== 'ERR_BUFFER_TOO_LARGE') return undefined;
    const advice = 'This file unpacks to more than can be read. Split it and upload the parts.';
    throw new ReadingError('LIMIT_EXCEEDED', advice);
  }
}

function startsWith(bytes: Buffer, magic: Buffer): boolean {
  return bytes.subarray(0, magic.length).equals(magic);
}
