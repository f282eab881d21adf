import { gzipSync } from 'node:zlib';
import { DOCX } from '../../extractor-program.ts';
import { makeDocx, makeZip } from '../../make-zip.ts';
import { EICAR, type HostileFile, HTML, PDF, TEXT, type Verdict, windowsProgram } from './hostile-file.ts';
import { packedStream, pdfWith } from './plain-pdf.ts';

const OLE = Buffer.from('d0cf11e0a1b11ae1', 'hex');
const named = (name: string) => Buffer.from(name, 'utf16le');
/** A file of older programs for offices with these streams, as far as a scan looks. */
const compound = (...parts: (string | Buffer)[]) =>
  Buffer.concat([OLE, Buffer.alloc(504), ...parts.map((part) => Buffer.from(part))]);
const PACKAGE = named('\u0001Ole10Native');
const SHORTCUT = Buffer.concat([Buffer.from('4c0000000114020000000000c000000000000046', 'hex'), Buffer.alloc(60)]);
const SCRIPTED = pdfWith('/OpenAction <</S /JavaScript /JS (x)>>');
const asLetters = (bytes: string | Buffer) => Buffer.from(bytes).toString('base64');

/** What is hostile wherever it lies. */
const HOSTILE: readonly (readonly [string, Verdict, string | Buffer])[] = [
  ['a PDF with a script', 'MALWARE_FOUND', SCRIPTED],
  ['a PDF with the test signature attached', 'MALWARE_FOUND', pdfWith('', packedStream('/Type /EmbeddedFile', EICAR))],
  ['the test signature packed', 'MALWARE_FOUND', gzipSync(EICAR)],
  ['the test signature in UTF-16', 'MALWARE_FOUND', named(EICAR)],
  ['macros of an older program', 'MALWARE_FOUND', compound(named('_VBA_PROJECT'))],
  ['a wrapped program', 'MALWARE_FOUND', compound(PACKAGE, 'a.exe\0', windowsProgram())],
  ['a wrapped script', 'MALWARE_FOUND', compound(PACKAGE, 'a.vbs\0C:\\a.vbs\0', 'x')],
  ['a shortcut', 'MALWARE_FOUND', SHORTCUT],
  ['an archive of an unknown kind', 'MALWARE_FOUND', Buffer.concat([Buffer.from('377abcaf271c0004', 'hex'), OLE])],
  ['a document with macros', 'MALWARE_FOUND', makeDocx(['x'], { 'word/vbaProject.bin': 'x' })],
];
const HARMLESS: readonly (readonly [string, Verdict, string | Buffer])[] = [
  ['a sheet', 'ready', makeZip({ '[Content_Types].xml': '<Types/>', 'xl/workbook.xml': '<x/>' })],
  ['an older sheet', 'ready', compound(named('Workbook'))],
  ['a formula', 'ready', compound(named('Equation Native'))],
  ['a note', 'ready', 'words'],
  ['a picture', 'ready', Buffer.from('89504e470d0a1a0a0000', 'hex')],
];

/** The same content within each type that can carry others. */
const CARRIED: readonly HostileFile[] = [...HOSTILE, ...HARMLESS].flatMap(([name, verdict, content]) => [
  {
    name: `${name} in a document`,
    type: DOCX,
    verdict,
    make: () => makeDocx(['x'], { 'word/embeddings/a.bin': content }),
  },
  {
    name: `${name} in a PDF`,
    type: PDF,
    verdict,
    make: () => pdfWith('', packedStream('/Type /EmbeddedFile', content)),
  },
  {
    name: `${name} in a page`,
    type: HTML,
    verdict,
    make: () => `<p>words</p><a href="data:x/y;base64,${asLetters(content)}">x</a>`,
  },
]);

export const NESTED_FILES: readonly HostileFile[] = [
  ...CARRIED,
  { name: 'the signature in UTF-16', type: TEXT, verdict: 'MALWARE_FOUND', make: () => named(`\ufeff${EICAR}`) },
  {
    name: 'a letter with the signature attached',
    type: TEXT,
    verdict: 'MALWARE_FOUND',
    make: () =>
      `Content-Transfer-Encoding: base64\n\n${asLetters(`${EICAR}${' '.repeat(60)}`).replace(/.{76}/g, '$&\n')}\n`,
  },
];
