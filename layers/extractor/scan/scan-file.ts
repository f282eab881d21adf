import { readFile } from 'node:fs/promises';
import { ReadingError } from '../output.ts';
import { type Budget, newBudget, openZip } from '../zip.ts';
import { checkContentType, DOCX, isZip } from './content-type.ts';
import { checkPdfActions } from './pdf-actions.ts';

/** The industry's harmless test signature, in two parts so that no scanner takes this program for it. */
const EICAR = Buffer.from(['X5O!P%@AP[4\\PZX54(P^)7CC)7}', '$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join(''));
const MAX_DEPTH = 3;

/**
 * A small scanner for where no other stands: it knows test signatures, programs, scripts and macros inside documents,
 * archives that unpack beyond bounds, and files that are not what they claim. It is no substitute for an antivirus.
 *
 * @throws ReadingError with what was found; returning means clean
 */
export async function scanFile(path: string, contentType: string): Promise<void> {
  const bytes = await readFile(path);
  checkSignatures(bytes);
  checkContentType(bytes, contentType);
  const budget = newBudget();
  if (contentType === 'application/pdf') checkPdfActions(bytes, (content) => checkAttachment(content, budget));
  if (contentType === DOCX) checkArchive(bytes, 1, budget);
}

/** @throws ReadingError MALWARE_FOUND */
function checkSignatures(bytes: Buffer): void {
  if (bytes.includes(EICAR))
    throw unsafe('This file carries the signature of malware. Have the computer it comes from checked.');
  if (isProgram(bytes)) throw unsafe('This file is a program, not a document. Upload a document.');
}

function isProgram(bytes: Buffer): boolean {
  if (bytes.length < 4) return false;
  const magic = bytes.readUInt32BE(0);
  if (magic === 0x7f454c46) return true; // ELF
  if ([0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe, 0xcafebabe].includes(magic)) return true; // Mach-O, class files
  if (magic === 0x0061736d) return true; // WebAssembly
  if (bytes.toString('latin1', 0, 2) !== 'MZ' || bytes.length < 64) return false;
  const header = bytes.readUInt32LE(60);
  const isWindows = header + 4 <= bytes.length && bytes.toString('latin1', header, header + 2) === 'PE';
  return isWindows || bytes.subarray(0, 64).includes(0);
}

/** A stream of a PDF. What begins like an archive but is none is a part of the PDF. */
function checkAttachment(content: Buffer, budget: Budget): void {
  checkSignatures(content);
  if (isZip(content)) checkArchive(content, 1, budget);
}

function checkArchive(bytes: Buffer, depth: number, budget: Budget): void {
  const zip = openZip(bytes, budget);
  for (const name of zip.names()) {
    const content = zip.read(name);
    if (content === undefined) continue;
    if (carriesMacros(name, content)) throw unsafe('This document carries macros. Save it without them.');
    checkSignatures(content);
    if (!isZip(content)) continue;
    if (depth === MAX_DEPTH) throw unsafe('This document holds archives within archives. Save it without them.');
    checkArchive(content, depth + 1, budget);
  }
}

/** By their usual name, or by what the document says of its parts: whoever renames them has to say so there. */
function carriesMacros(name: string, content: Buffer): boolean {
  if (/vbaProject\.bin$/i.test(name)) return true;
  return /\[Content_Types\]\.xml$/i.test(name) && /vbaProject|macroEnabled/i.test(content.toString('latin1'));
}

function unsafe(what: string): ReadingError {
  return new ReadingError('MALWARE_FOUND', `${what} It was not taken over.`);
}
