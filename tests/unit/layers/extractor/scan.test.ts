import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openExtractor } from '../../../../functions/ai/gateways/extractor.ts';
import { DOCX, EXTRACTOR, temporaryFiles } from '../../../support/extractor-program.ts';
import { makePdf } from '../../../support/make-pdf.ts';
import { makeDocx, makeZip } from '../../../support/make-zip.ts';

let files: Awaited<ReturnType<typeof temporaryFiles>>;
beforeAll(async () => {
  files = await temporaryFiles();
});
afterAll(() => files.remove());

async function scan(bytes: string | Buffer, contentType: string): Promise<void> {
  const extractor = openExtractor({ ...EXTRACTOR, timeoutMs: 20_000 });
  await extractor.scan(await files.write(bytes), contentType, new AbortController().signal);
}

describe('the scan', () => {
  const EICAR = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}', '$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('');
  const pdfWith = (object: string) => `%PDF-1.7\n1 0 obj\n${object}\nendobj\ntrailer <</Root 1 0 R>>\n%%EOF`;

  test.each<[string, () => string | Buffer | Promise<Buffer>, string]>([
    ['a text', () => 'MZ is how a note may begin.', 'text/plain'],
    ['a text in UTF-16 without a mark', () => Buffer.from('plain words', 'utf16le'), 'text/plain'],
    ['a PDF', () => makePdf([['words']]), 'application/pdf'],
    ['a PDF that opens at a place', () => pdfWith('<</OpenAction [2 0 R /Fit]>>'), 'application/pdf'],
    ['a Word document', () => makeDocx(['words']), DOCX],
  ])('%s is clean', async (_, make, type) => {
    await expect(scan(await make(), type)).resolves.toBeUndefined();
  });

  test.each<[string, string, () => string | Buffer, string]>([
    ['the test signature', 'MALWARE_FOUND', () => `x ${EICAR}`, 'text/plain'],
    ['the test signature in a Word document', 'MALWARE_FOUND', () => makeDocx(['x'], { 'a.txt': EICAR }), DOCX],
    [
      'the test signature two archives deep',
      'MALWARE_FOUND',
      () => makeDocx(['x'], { 'a.zip': makeZip({ 'b.zip': makeZip({ c: EICAR }) }) }),
      DOCX,
    ],
    ['macros', 'MALWARE_FOUND', () => makeDocx(['x'], { 'word/vbaProject.bin': 'code' }), DOCX],
    ['a Linux program', 'MALWARE_FOUND', () => Buffer.from('7f454c460201', 'hex'), 'text/plain'],
    ['a Windows program', 'MALWARE_FOUND', () => Buffer.concat([Buffer.from('MZ'), Buffer.alloc(100)]), DOCX],
    ['a PDF with a script', 'MALWARE_FOUND', () => pdfWith('<</S /JavaScript /JS (x)>>'), 'application/pdf'],
    ['a PDF with a hidden script', 'MALWARE_FOUND', () => pdfWith('<</S /J#61vaScript>>'), 'application/pdf'],
    ['a PDF that starts programs', 'MALWARE_FOUND', () => pdfWith('<</S /Launch /F (x)>>'), 'application/pdf'],
    ['a text called PDF', 'TYPE_MISMATCH', () => 'just words', 'application/pdf'],
    ['a PDF called text', 'TYPE_MISMATCH', () => pdfWith(''), 'text/plain'],
    ['a picture called text', 'TYPE_MISMATCH', () => Buffer.from('89504e470d0a1a0a', 'hex'), 'text/markdown'],
    ['an archive called Word', 'TYPE_MISMATCH', () => makeZip({ 'a.txt': 'x' }), DOCX],
    [
      'a PDF that is an archive too',
      'TYPE_MISMATCH',
      () => pdfWith('') + makeZip({ a: 'x' }).toString('latin1'),
      'application/pdf',
    ],
    ['nothing', 'EMPTY', () => '', 'text/plain'],
    [
      'an archive that unpacks beyond bounds',
      'LIMIT_EXCEEDED',
      () => makeDocx(['x'], { a: Buffer.alloc(60_000_000) }),
      DOCX,
    ],
    [
      'an archive that lies about its size',
      'LIMIT_EXCEEDED',
      () => makeZip({ '[Content_Types].xml': 'x', 'word/document.xml': Buffer.alloc(60_000_000) }, 10),
      DOCX,
    ],
  ])('%s is found as %s', async (_, reason, make, type) => {
    await expect(scan(make(), type)).rejects.toMatchObject({ reason });
  });
});
