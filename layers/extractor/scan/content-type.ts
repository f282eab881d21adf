import { utf16Of } from '../decode-text.ts';
import { ReadingError } from '../output.ts';
import { mainPartOf } from '../word-package.ts';
import { openZip } from '../zip.ts';

export const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

const OLE = Buffer.from('d0cf11e0a1b11ae1', 'hex');
/** How Word writes a document with a password: a compound file with this stream. */
const ENCRYPTED_PACKAGE = Buffer.from('EncryptedPackage', 'utf16le');
/** Beginnings that no text has. */
const BINARY = [
  '89504e47',
  'ffd8ff',
  '47494638',
  '1f8b08',
  '377abcaf',
  '526172211a',
  '25504446',
  '504b0304',
  '504b0506',
  '425a68',
  '7b5c727466', // RTF
  '25215053', // PostScript
  'fd377a58',
  '00000018',
  '00000020',
].map((hex) => Buffer.from(hex, 'hex'));

const UTF8_MARK = Buffer.from('\ufeff');
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is counted
const STRANGE = /[\u0000-\u0008\u000e-\u001a\u001c-\u001f\ufffd\p{Cn}\p{Co}\p{Cs}]+/gu;

export function isZip(bytes: Buffer): boolean {
  return startsWith(bytes, Buffer.from('504b0304', 'hex')) || startsWith(bytes, Buffer.from('504b0506', 'hex'));
}

/**
 * The type by content has to be the declared one; a file that is two types at once is neither.
 *
 * @throws ReadingError TYPE_MISMATCH, EMPTY, ENCRYPTED or DAMAGED
 */
export function checkContentType(bytes: Buffer, declared: string): void {
  if (bytes.length === 0) throw new ReadingError('EMPTY', 'This file is empty. Upload one that holds text.');
  if (declared === 'application/pdf') checkPdf(bytes);
  else if (declared === DOCX) checkDocx(bytes);
  else if (declared.startsWith('text/')) checkText(bytes);
  else throw mismatch('a type that is not taken');
}

function checkPdf(bytes: Buffer): void {
  if (!/^\s*%PDF-\d/.test(bytes.toString('latin1', 0, 64).replace(/^\xef\xbb\xbf/, ''))) throw mismatch('a PDF');
  if (bytes.indexOf('PK\x05\x06', Math.max(0, bytes.length - 65_557), 'latin1') !== -1) {
    throw mismatch('a PDF alone: it is an archive as well');
  }
}

function checkDocx(bytes: Buffer): void {
  if (startsWith(bytes, OLE) && bytes.includes(ENCRYPTED_PACKAGE)) {
    throw new ReadingError('ENCRYPTED', 'This document asks for a password. Save it without one and upload it again.');
  }
  if (!isZip(bytes)) throw mismatch('a Word document (.docx)');
  if (bytes.subarray(0, 1_024).includes('%PDF-')) throw mismatch('a Word document alone: it is a PDF as well');
  if (mainPartOf(openZip(bytes)) === undefined) throw mismatch('a Word document (.docx)');
}

/** In all of it: what is appended to a text makes it another file. */
function checkText(bytes: Buffer): void {
  const text = withoutBlanks(bytes);
  if (BINARY.some((magic) => startsWith(text, magic)) || startsWith(bytes, OLE)) throw mismatch('text');
  const unicode = utf16Of(bytes);
  if (unicode) for (const part of partsOf(bytes)) checkUnicode(new TextDecoder(unicode).decode(part));
  else checkBytes(bytes);
}

/** Readers of some formats look for their first word behind a mark and blanks. */
function withoutBlanks(bytes: Buffer): Buffer {
  let start = startsWith(bytes, UTF8_MARK) ? 3 : 0;
  while (start < 1_024 && [9, 10, 13, 32].includes(bytes[start] ?? 0)) start += 1;
  return bytes.subarray(start);
}

function checkBytes(bytes: Buffer): void {
  if (bytes.includes(0)) throw mismatch('text');
  for (const part of partsOf(bytes)) {
    const controls = part.reduce((count, byte) => count + (isControl(byte) ? 1 : 0), 0);
    if (controls > part.length / 50) throw mismatch('text');
  }
}

const isControl = (byte: number) => byte < 9 || (byte > 13 && byte < 32 && byte !== 27);

const PART_BYTES = 256 * 1024;

/** The beginning, and the end where it is another part. */
function partsOf(bytes: Buffer): Buffer[] {
  const start = Math.max(PART_BYTES, bytes.length - (bytes.length % 2) - PART_BYTES);
  return [bytes.subarray(0, PART_BYTES), ...(start < bytes.length ? [bytes.subarray(start)] : [])];
}

/** Half of all pairs of bytes mean nothing that stands in a text. */
function checkUnicode(text: string): void {
  let strange = 0;
  for (const [characters] of text.matchAll(STRANGE)) strange += characters.length;
  if (strange > text.length / 50) throw mismatch('text');
}

function startsWith(bytes: Buffer, magic: Buffer): boolean {
  return bytes.subarray(0, magic.length).equals(magic);
}

function mismatch(expected: string): ReadingError {
  return new ReadingError('TYPE_MISMATCH', `This file is not ${expected}. Upload it under its true type.`);
}
