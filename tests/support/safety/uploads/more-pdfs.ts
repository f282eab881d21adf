import { deflateSync } from 'node:zlib';
import { EICAR, type HostileFile, PDF, type Verdict } from './hostile-file.ts';
import { packedStream, pdfWith, streamOf, WORDS } from './plain-pdf.ts';

const file = (name: string, verdict: Verdict, make: HostileFile['make']): HostileFile => ({
  ...{ name, type: PDF, verdict, make },
});

/** Codes of nine bits, and the table begun anew before they would get longer. */
function asLzw(content: string): Buffer {
  const codes = [...Buffer.from(content)].flatMap((byte, place) => (place % 200 === 0 ? [256, byte] : [byte]));
  const bits = [...codes, 257].map((code) => code.toString(2).padStart(9, '0')).join('');
  return Buffer.from((bits.match(/.{1,8}/g) ?? []).map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2)));
}

const large = () => streamOf('/Filter /FlateDecode', deflateSync(Buffer.alloc(17_000_000)));
const template =
  '<template xmlns="http://www.xfa.org/schema/xfa-template/2.5/"><script>app.alert(1)</script></template>';
const behind = (...words: string[]) => Buffer.concat([pdfWith(''), ...words.map((each) => Buffer.from(each))]);

/** Actions, places that only share their names, and work that many parts of a file make together. */
export const MORE_PDFS: readonly HostileFile[] = [
  file('a place called like a script', 'ready', () =>
    pdfWith('/Dests <</JavaScript [3 0 R /Fit] /RichMedia [3 0 R /Fit]>>', '<</Subtype /Link /Dest /JavaScript>>'),
  ),
  file('a form without scripts', 'ready', () => pdfWith('/AcroForm <</Fields [6 0 R]>>', '<</FT /Tx /T (a) /V (b)>>')),
  file('a link to another file', 'ready', () =>
    pdfWith('', '<</Subtype /Link /A <</S /GoToR /F (b.pdf) /D [0 /Fit]>>>>'),
  ),
  file('printing on opening', 'ready', () => pdfWith('/OpenAction <</S /Named /N /Print>>')),
  file('a script in an update', 'MALWARE_FOUND', () =>
    behind('1 0 obj <</Type /Catalog /Pages 2 0 R /AA <</WC <</S/JavaScript/JS<61>>>>>>>endobj\n'),
  ),
  file('a form with a script in a stream', 'MALWARE_FOUND', () =>
    pdfWith('/AcroForm <</XFA 6 0 R>>', packedStream('', template)),
  ),
  file('a model with a script', 'MALWARE_FOUND', () => pdfWith('', '<</Type /3D /OnInstantiate 7 0 R>>')),
  file('the test signature attached by LZW', 'MALWARE_FOUND', () =>
    pdfWith('', streamOf('/Type /EmbeddedFile /Filter /LZWDecode', asLzw(EICAR))),
  ),
  file('an attachment packed as differences', 'LIMIT_EXCEEDED', () =>
    pdfWith('', packedStream('/Type /EmbeddedFile /DecodeParms <</Predictor 12>>', EICAR)),
  ),
  file('an attachment packed as pictures are', 'LIMIT_EXCEEDED', () =>
    pdfWith('', streamOf('/Type /EmbeddedFile /Filter /DCTDecode', Buffer.from('x'))),
  ),
  file('objects that cannot be told apart', 'LIMIT_EXCEEDED', () =>
    pdfWith('', streamOf('/Type /ObjStm /N 1 /First 4', Buffer.from('\x01\x02\x03\x04\x05'))),
  ),
  file('twenty streams of 17 MB', 'LIMIT_EXCEEDED', () => pdfWith('', ...Array.from({ length: 20 }, large))),
  file('many streams without an end', 'LIMIT_EXCEEDED', () => behind(' 9 0 obj<<>>stream\nx'.repeat(300_000))),
  file('many packed streams without an end', 'LIMIT_EXCEEDED', () =>
    behind(' 9 0 obj<</Filter/Fl>>stream\nx'.repeat(300_000)),
  ),
  file('words about encryption', 'ready', () =>
    pdfWith('', streamOf('', Buffer.from('trailer keys: /Encrypt 9 0 R names what locks a file'))),
  ),
  file('a million names of forms', 'ready', () => pdfWith('', packedStream('', 'xfa-template '.repeat(1_000_000)))),
  file('forty filters', 'ready', () => {
    let content: Buffer = Buffer.from(WORDS);
    for (let n = 0; n < 40; n += 1) content = deflateSync(content);
    return pdfWith('', streamOf(`/Filter [${'/FlateDecode '.repeat(40)}]`, content));
  }),
];
