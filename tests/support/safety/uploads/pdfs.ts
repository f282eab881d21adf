import { deflateSync } from 'node:zlib';
import { makePdf } from '../../make-pdf.ts';
import { makeZip } from '../../make-zip.ts';
import { EICAR, type HostileFile, PDF, type Verdict, windowsProgram } from './hostile-file.ts';
import { packedStream, pdfOf, pdfWith, streamOf, WORDS } from './plain-pdf.ts';

const file = (name: string, verdict: Verdict, make: HostileFile['make']): HostileFile => ({
  ...{ name, type: PDF, verdict, make },
});

const stream = streamOf;
const packed = packedStream;

const CATALOGUE = '<</Type /Catalog /Pages 2 0 R>>';
const PAGES = '<</Type /Pages /Kids [3 0 R] /Count 1>>';
const FONT = '<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>';
const PAGE = '<</Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Contents 4 0 R /Resources <</Font <</F 5 0 R>>>>>>';
const onePage = (content: string | Buffer, ...more: (string | Buffer)[]) =>
  pdfOf([CATALOGUE, PAGES, PAGE, typeof content === 'string' ? packed('', content) : content, FONT, ...more]);
const withCatalogue = pdfWith;

/** Packed twice, a gigabyte is a kilobyte. */
const twicePacked = () =>
  stream('/Filter [/FlateDecode /FlateDecode]', deflateSync(deflateSync(Buffer.alloc(800_000_000, ' '))));
const PACKED = '/Type /ObjStm /N 1 /First 4';
const TWO_PACKED = '/Type /ObjStm /N 2 /First 8';
const asHex = (dictionary: string, content: Buffer, filter: string) =>
  stream(`${dictionary} /Filter ${filter}`, Buffer.from(`${content.toString('hex')}>`));
const asRuns = (content: string) =>
  Buffer.concat([Buffer.from([content.length - 1]), Buffer.from(content), Buffer.from([128])]);
const withoutSum = (content: string) => stream(`${PACKED} /Filter /FlateDecode`, faulty(deflateSync(content)));
/** Readers do not look at the sum at the end. */
const faulty = (content: Buffer) => Buffer.concat([content.subarray(0, -4), Buffer.from('endstream wrong')]);
function asAscii85(content: string): string {
  const bytes = Buffer.from(content.padEnd(Math.ceil(content.length / 4) * 4));
  let text = '';
  for (let at = 0; at < bytes.length; at += 4) {
    let value = bytes.readUInt32BE(at);
    let group = '';
    for (let digit = 0; digit < 5; digit += 1) {
      group = String.fromCharCode(33 + (value % 85)) + group;
      value = Math.floor(value / 85);
    }
    text += group;
  }
  return text;
}
const objectStream = (object: string) => packed('/Type /ObjStm /N 1 /First 4', `9 0 ${object}`);
const KEYS = `/O <${'41'.repeat(32)}> /U <${'42'.repeat(32)}>`;

const SCRIPT = '<</S /JavaScript /JS (app.alert\\(1\\))>>';
/** A script where a hasty look takes it for the content of a stream, or for nothing. */
const HIDDEN_SCRIPTS: readonly HostileFile[] = [
  ['behind a comment that speaks of a stream', () => withCatalogue(`/OpenAction <<% stream\n${SCRIPT.slice(2)}`)],
  ['between two such comments', () => withCatalogue(`/OpenAction <<% stream\n${SCRIPT.slice(2)} % endstream\n`)],
  ['behind a string that speaks of a stream', () => withCatalogue(`/X (>> stream) /OpenAction ${SCRIPT}`)],
  ['behind a stray keyword', () => withCatalogue(`/X <<>> stream /OpenAction ${SCRIPT}`)],
  ['behind the end of an object', () => withCatalogue(`endobj /OpenAction ${SCRIPT}`)],
  ['behind a string that does not end', () => onePage(WORDS, '(', SCRIPT)],
  ['in a stream of another object', () => onePage(WORDS, stream('', Buffer.from(`9 0 obj ${SCRIPT} endobj`)))],
  ['in the trailer', () => pdfOf([CATALOGUE, PAGES, PAGE, packed('', WORDS), FONT], `/X ${SCRIPT}`)],
  ['in objects that are not packed', () => onePage(WORDS, stream(PACKED, Buffer.from(`9 0 ${SCRIPT}`)))],
  ['in objects as digits', () => onePage(WORDS, asHex(PACKED, Buffer.from(`9 0 ${SCRIPT}`), '/ASCIIHexDecode'))],
  [
    'in objects packed, then as digits',
    () => onePage(WORDS, asHex(PACKED, deflateSync(`9 0 ${SCRIPT}`), '[/AHx /FlateDecode]')),
  ],
  ['in objects as runs', () => onePage(WORDS, stream(`${PACKED} /Filter /RunLengthDecode`, asRuns(`9 0 ${SCRIPT}`)))],
  [
    'in objects in letters',
    () => onePage(WORDS, stream(`${PACKED} /Filter /A85`, Buffer.from(`${asAscii85(`9 0 ${SCRIPT}`)}~>`))),
  ],
  ['in objects that end early', () => onePage(WORDS, withoutSum(`9 0 ${SCRIPT}`))],
  ['in objects without their type', () => onePage(WORDS, packed('/N 1 /First 4', `9 0 ${SCRIPT}`))],
  ['in objects around a string that does not end', () => onePage(WORDS, packed(TWO_PACKED, `8 0 9 2 ( ${SCRIPT}`))],
].map(([where, make]) => file(`a script ${where}`, 'MALWARE_FOUND', make as HostileFile['make']));
/** Objects that nobody can look into without being the reader. */
const UNKNOWN_PACKING: readonly HostileFile[] = [
  ['by LZW', () => onePage(WORDS, stream(`${PACKED} /Filter /LZWDecode`, Buffer.from('x')))],
  ['as another object says', () => onePage(WORDS, stream(`${PACKED} /Filter 7 0 R`, Buffer.from('x')))],
  ['as differences', () => onePage(WORDS, packed(`${PACKED} /DecodeParms <</Predictor 12>>`, `9 0 ${SCRIPT}`))],
].map(([how, make]) => file(`objects packed ${how}`, 'LIMIT_EXCEEDED', make as HostileFile['make']));

export const PDFS: readonly HostileFile[] = [
  file('a PDF', 'ready', () => makePdf([['Words on a page.']])),
  file('a PDF made by hand', 'ready', () => onePage(WORDS)),
  file('a PDF that opens at a place', 'ready', () => withCatalogue('/OpenAction [3 0 R /Fit]')),
  file('a script on opening', 'MALWARE_FOUND', () =>
    withCatalogue('/OpenAction <</S /JavaScript /JS (app.alert\\(1\\))>>'),
  ),
  file('a script under a written-out name', 'MALWARE_FOUND', () =>
    withCatalogue('/OpenAction <</S /J#61v#61Script /J#53 (x)>>'),
  ),
  file('a script among the names', 'MALWARE_FOUND', () =>
    withCatalogue('/Names <</JavaScript <</Names [(a) 6 0 R]>>>>'),
  ),
  file('a script in packed objects', 'MALWARE_FOUND', () =>
    onePage(WORDS, objectStream('<</S /JavaScript /JS (app.alert\\(1\\))>>')),
  ),
  file('an action that starts a program', 'MALWARE_FOUND', () =>
    withCatalogue('/OpenAction <</S /Launch /F (cmd.exe)>>'),
  ),
  file('a form that sends itself', 'MALWARE_FOUND', () =>
    withCatalogue('/AA <</WC <</S /SubmitForm /F (http://x)>>>>'),
  ),
  file('an action that fetches data', 'MALWARE_FOUND', () => withCatalogue('/OpenAction <</S /ImportData /F (x)>>')),
  file('a link to a page about scripts', 'ready', () =>
    onePage(WORDS, '<</Type /Annot /A <</S /URI /URI (https://site.example/Web/JavaScript)>>>>'),
  ),
  file('words about scripts', 'ready', () => onePage(stream('', Buffer.from(`${WORDS} % /S /JavaScript /JS (x)`)))),
  ...HIDDEN_SCRIPTS,
  ...UNKNOWN_PACKING,
  file('rich media', 'MALWARE_FOUND', () => onePage(WORDS, '<</Type /Annot /Subtype /RichMedia>>')),
  file('the test signature attached', 'MALWARE_FOUND', () => onePage(WORDS, packed('/Type /EmbeddedFile', EICAR))),
  file('the test signature attached as it is', 'MALWARE_FOUND', () =>
    onePage(WORDS, stream('/Type /EmbeddedFile', Buffer.from(EICAR))),
  ),
  file('a program attached', 'MALWARE_FOUND', () => onePage(WORDS, packed('/Type /EmbeddedFile', windowsProgram()))),
  file('an archive attached with the test signature', 'MALWARE_FOUND', () =>
    onePage(WORDS, packed('/Type /EmbeddedFile', makeZip({ 'a.zip': makeZip({ b: EICAR }) }))),
  ),
  file('a page that unpacks to 800 MB', 'LIMIT_EXCEEDED', () => onePage(packed('', Buffer.alloc(800_000_000, ' ')))),
  file('a page packed twice', 'LIMIT_EXCEEDED', () => onePage(twicePacked())),
  file('packed objects of 100 MB', 'LIMIT_EXCEEDED', () =>
    onePage(WORDS, packed('/Type /ObjStm /N 1 /First 4', Buffer.alloc(100_000_000, ' '))),
  ),
  file('a million pages that are not there', 'ready', () =>
    pdfOf([CATALOGUE, '<</Type /Pages /Kids [3 0 R] /Count 1000000>>', PAGE, packed('', WORDS), FONT]),
  ),
  file('pages that hold themselves', 'DAMAGED', () => pdfOf([CATALOGUE, '<</Type /Pages /Kids [2 0 R] /Count 1>>'])),
  file('a form that draws itself', 'ready', () => {
    const page = PAGE.replace('/Font', '/XObject <</X 6 0 R>> /Font');
    const form = packed(
      '/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources <</XObject <</X 6 0 R>>>>',
      '/X Do '.repeat(9),
    );
    return pdfOf([CATALOGUE, PAGES, page, packed('', `${WORDS} /X Do`), FONT, form]);
  }),
  file('a PDF with a password', 'ENCRYPTED', () =>
    pdfOf(
      [CATALOGUE, PAGES, PAGE, packed('', WORDS), FONT, `<</Filter /Standard /V 1 /R 2 ${KEYS} /P -4>>`],
      `/Encrypt 6 0 R /ID [<${'43'.repeat(16)}> <${'43'.repeat(16)}>]`,
    ),
  ),
  file('a PDF of pictures', 'NO_TEXT', () => onePage('0 0 300 300 re f')),
  file('a PDF without pages', 'EMPTY', () => pdfOf([CATALOGUE, '<</Type /Pages /Kids [] /Count 0>>'])),
  file('the beginning of a PDF', 'DAMAGED', async () => (await makePdf([['words']])).subarray(0, 100)),
  file('a PDF that is an archive too', 'TYPE_MISMATCH', () => Buffer.concat([onePage(WORDS), makeZip({ a: 'x' })])),
  file('a page before the PDF', 'TYPE_MISMATCH', () =>
    Buffer.concat([Buffer.from('<script>1</script>\n'), onePage(WORDS)]),
  ),
];
