import { deflateSync } from 'node:zlib';
import { makePdf } from '../../make-pdf.ts';
import { makeZip } from '../../make-zip.ts';
import { EICAR, type HostileFile, PDF, type Verdict, windowsProgram } from './hostile-file.ts';

const file = (name: string, verdict: Verdict, make: HostileFile['make']): HostileFile => ({
  ...{ name, type: PDF, verdict, make },
});

/** A PDF of these objects, numbered from 1, the first its catalogue; without a table, which readers mend. */
function pdfOf(objects: readonly (string | Buffer)[], trailer = ''): Buffer {
  const parts = objects.map((object, place) =>
    Buffer.concat([Buffer.from(`${place + 1} 0 obj\n`), Buffer.from(object), Buffer.from('\nendobj\n')]),
  );
  const end = `trailer <</Root 1 0 R /Size ${objects.length + 1} ${trailer}>>\n%%EOF\n`;
  return Buffer.concat([Buffer.from('%PDF-1.7\n'), ...parts, Buffer.from(end)]);
}

const stream = (dictionary: string, content: Buffer) =>
  Buffer.concat([
    Buffer.from(`<<${dictionary} /Length ${content.length}>>\nstream\n`),
    content,
    Buffer.from('\nendstream'),
  ]);
const packed = (dictionary: string, content: string | Buffer) =>
  stream(`${dictionary} /Filter /FlateDecode`, deflateSync(content));

const CATALOGUE = '<</Type /Catalog /Pages 2 0 R>>';
const PAGES = '<</Type /Pages /Kids [3 0 R] /Count 1>>';
const FONT = '<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>';
const PAGE = '<</Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Contents 4 0 R /Resources <</Font <</F 5 0 R>>>>>>';
const WORDS = 'BT /F 12 Tf 20 200 Td (Some words.) Tj ET';
const onePage = (content: string | Buffer, ...more: (string | Buffer)[]) =>
  pdfOf([CATALOGUE, PAGES, PAGE, typeof content === 'string' ? packed('', content) : content, FONT, ...more]);
const withCatalogue = (entries: string, ...more: (string | Buffer)[]) =>
  pdfOf([`<</Type /Catalog /Pages 2 0 R ${entries}>>`, PAGES, PAGE, packed('', WORDS), FONT, ...more]);

/** Packed twice, a gigabyte is a kilobyte. */
const twicePacked = () =>
  stream('/Filter [/FlateDecode /FlateDecode]', deflateSync(deflateSync(Buffer.alloc(800_000_000, ' '))));
const objectStream = (object: string) => packed('/Type /ObjStm /N 1 /First 4', `9 0 ${object}`);
const KEYS = `/O <${'41'.repeat(32)}> /U <${'42'.repeat(32)}>`;

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
