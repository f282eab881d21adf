import { utf16Of } from '../decode-text.ts';
import { ReadingError } from '../output.ts';
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
  const names = openZip(bytes).names();
  if (!names.includes('[Content_Types].xml') || !names.includes('word/document.xml')) {
    throw mismatch('a Word document (.docx)');
  }
}

function checkText(bytes: Buffer): void {
  if (BINARY.some((magic) => startsWith(bytes, magic)) || startsWith(bytes, OLE)) throw mismatch('text');
  const marked = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (marked) return;
  const sample = bytes.subarray(0, 65_536);
  let zeros = 0;
  let controls = 0;
  for (const byte of sample) {
    if (byte === 0) zeros += 1;
    else if (byte < 9 || (byte > 13 && byte < 32 && byte !== 27)) controls += 1;
  }
  if ((zeros > 0 && utf16Of(bytes) === undefined) || controls > sample.length / 50) throw mismatch('text');
}

function startsWith(bytes: Buffer, magic: Buffer): boolean {
  return bytes.subarray(0, magic.length).equals(magic);
}

function mismatch(expected: string): ReadingError {
  return new ReadingError('TYPE_MISMATCH', `This file is not ${expected}. Upload it under its true type.`);
}
