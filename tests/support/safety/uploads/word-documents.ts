import { DOCX } from '../../extractor-program.ts';
import { makeDocx, makeZip } from '../../make-zip.ts';
import { EICAR, type HostileFile, type Verdict, windowsProgram } from './hostile-file.ts';

const PARTS = { '[Content_Types].xml': '<Types/>', 'word/document.xml': '<w:p><w:r><w:t>Words.</w:t></w:r></w:p>' };
const file = (name: string, verdict: Verdict, make: HostileFile['make']): HostileFile => ({
  ...{ name, type: DOCX, verdict, make },
});
const types = (of: string) => ({ '[Content_Types].xml': `<Types><Override ContentType="${of}"/></Types>` });

/** The archive with these bits in the flags of every entry. */
function flagged(archive: Buffer, flags: number): Buffer {
  for (const [mark, at] of [
    ['PK\x01\x02', 8],
    ['PK\x03\x04', 6],
  ] as const) {
    for (let place = archive.indexOf(mark, 0, 'latin1'); place !== -1; ) {
      archive.writeUInt16LE(flags, place + at);
      place = archive.indexOf(mark, place + 4, 'latin1');
    }
  }
  return archive;
}

/** Two thousand names in the directory, all for the same packed bytes. */
function overlapping(): Buffer {
  const kernel = Buffer.alloc(1_000_000);
  const archive = makeZip({ ...PARTS, kernel });
  const directory = archive.indexOf('PK\x01\x02', 0, 'latin1');
  const entry = archive.lastIndexOf('PK\x01\x02', archive.length, 'latin1');
  const end = archive.lastIndexOf('PK\x05\x06', archive.length, 'latin1');
  const copies = Array.from({ length: 1_900 }, (_, n) => {
    const copy = Buffer.from(archive.subarray(entry, end));
    copy.write(String(n).padStart(6, '0'), 46);
    return copy;
  });
  const tail = Buffer.from(archive.subarray(end));
  tail.writeUInt16LE(tail.readUInt16LE(10) + copies.length, 10);
  tail.writeUInt32LE(directory, 16);
  return Buffer.concat([archive.subarray(0, end), ...copies, tail]);
}

const nested = (depth: number, content: string | Buffer): Buffer =>
  depth === 0 ? Buffer.from(content) : makeZip({ 'inner.zip': nested(depth - 1, content) });
/** Each of them unpacks to less than is allowed; all of them do not. */
const manyArchives = () => {
  const inner = makeZip({ a: Buffer.alloc(4_000_000) });
  return makeDocx(['x'], Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`word/${n}.zip`, inner])));
};
const laughs = `<!DOCTYPE a [<!ENTITY a "ha">${'bcdefghij'
  .split('')
  .map((name, n) => `<!ENTITY ${name} "${`&${String.fromCharCode(97 + n)};`.repeat(10)}">`)
  .join('')}]><w:p><w:r><w:t>Words &j;</w:t></w:r></w:p>`;
const outside = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><w:p><w:r><w:t>Words &x;</w:t></w:r></w:p>';

export const WORD_DOCUMENTS: readonly HostileFile[] = [
  file('a Word document', 'ready', () => makeDocx(['# Rules', 'Be kind.'])),
  file('entities that multiply', 'ready', () => makeZip({ ...PARTS, 'word/document.xml': laughs })),
  file('an entity from outside', 'ready', () => makeZip({ ...PARTS, 'word/document.xml': outside })),
  file('paragraphs that never end', 'ready', () => makeDocx([`x${'<w:p><w:tc>'.repeat(5_000)}`])),
  file('the test signature inside', 'MALWARE_FOUND', () => makeDocx(['x'], { 'word/media/a.bin': EICAR })),
  file('the test signature in the text', 'MALWARE_FOUND', () => makeDocx([EICAR])),
  file('the test signature two archives deep', 'MALWARE_FOUND', () => makeDocx(['x'], { a: nested(2, EICAR) })),
  file('archives within archives', 'MALWARE_FOUND', () => makeDocx(['x'], { a: nested(6, 'x') })),
  file('macros', 'MALWARE_FOUND', () => makeDocx(['x'], { 'word/vbaProject.bin': 'code' })),
  file('macros under another name', 'MALWARE_FOUND', () =>
    makeDocx(['x'], { ...types('application/vnd.ms-office.vbaProject'), 'word/picture.png': 'code' }),
  ),
  file('a document for macros', 'MALWARE_FOUND', () =>
    makeDocx(['x'], types('application/vnd.ms-word.document.macroEnabled.main+xml')),
  ),
  file('a program inside', 'MALWARE_FOUND', () => makeDocx(['x'], { 'word/embeddings/a.png': windowsProgram() })),
  file('a part that unpacks a thousandfold', 'LIMIT_EXCEEDED', () => makeDocx(['x'], { a: Buffer.alloc(60_000_000) })),
  file('the text itself unpacks a thousandfold', 'LIMIT_EXCEEDED', () => makeDocx(['a'.repeat(49_000_000)])),
  file('a lie about sizes', 'LIMIT_EXCEEDED', () =>
    makeZip({ ...PARTS, 'word/document.xml': Buffer.alloc(60_000_000) }, 10),
  ),
  file('parts that lie over one another', 'LIMIT_EXCEEDED', overlapping),
  file('five hundred archives', 'LIMIT_EXCEEDED', manyArchives),
  file('2,500 parts', 'LIMIT_EXCEEDED', () =>
    makeDocx(['x'], Object.fromEntries(Array.from({ length: 2_500 }, (_, n) => [`word/${n}`, 'x']))),
  ),
  file('a document with a password', 'ENCRYPTED', () =>
    Buffer.concat([
      Buffer.from('d0cf11e0a1b11ae1', 'hex'),
      Buffer.alloc(504),
      Buffer.from('EncryptedPackage', 'utf16le'),
    ]),
  ),
  file('an archive with a password', 'ENCRYPTED', () => flagged(makeZip(PARTS), 1)),
  file('half a document', 'DAMAGED', () => makeDocx(['words '.repeat(999)]).subarray(0, 200)),
  file('a part of an unknown packing', 'DAMAGED', () => {
    const archive = makeZip(PARTS);
    archive.writeUInt16LE(99, archive.indexOf('PK\x01\x02', 0, 'latin1') + 10);
    return archive;
  }),
  file('a name that leads out', 'DAMAGED', () => makeDocx(['x'], { '../../etc/cron.d/x': 'x' })),
  file('a spreadsheet', 'TYPE_MISMATCH', () => makeZip({ '[Content_Types].xml': 'x', 'xl/workbook.xml': 'x' })),
  file('any archive', 'TYPE_MISMATCH', () => makeZip({ 'a.txt': 'x' })),
  file('a page before the archive', 'TYPE_MISMATCH', () =>
    Buffer.concat([Buffer.from('<html><script>1</script>'), makeDocx(['x'])]),
  ),
  file('a document that is a PDF too', 'TYPE_MISMATCH', () => makeZip({ '%PDF-1.7': '%PDF-1.7', ...PARTS })),
];
