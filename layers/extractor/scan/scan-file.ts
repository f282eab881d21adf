import { readFile } from 'node:fs/promises';
import { checkContentType, DOCX } from './content-type.ts';
import { inspectArchive, inspectContent, inspectPdf, newInspection } from './inspect-content.ts';
import { checkSignatures } from './signatures.ts';

/** A file that a page or a letter carries in letters: by itself in an address, or in lines of one length. */
const IN_LETTERS = /;base64,([A-Za-z0-9+/=]{24,})|(?<![^\n])((?:[A-Za-z0-9+/]{60,76}\r?\n)+[A-Za-z0-9+/]{0,76}={0,2})/g;

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
  const inspection = newInspection(bytes.length);
  if (contentType === 'application/pdf') inspectPdf(bytes, 0, inspection);
  else if (contentType === DOCX) inspectArchive(bytes, 1, inspection);
  else if (bytes.includes('base64')) {
    for (const [, address, lines = ''] of bytes.toString('latin1').matchAll(IN_LETTERS)) {
      inspectContent(Buffer.from(address ?? lines, 'base64'), 1, inspection);
    }
  }
}
