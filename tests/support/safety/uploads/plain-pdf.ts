import { deflateSync } from 'node:zlib';

/** A PDF of these objects, numbered from 1, the first its catalogue; without a table, which readers mend. */
export function pdfOf(objects: readonly (string | Buffer)[], trailer = ''): Buffer {
  const parts = objects.map((object, place) =>
    Buffer.concat([Buffer.from(`${place + 1} 0 obj\n`), Buffer.from(object), Buffer.from('\nendobj\n')]),
  );
  const end = `trailer <</Root 1 0 R /Size ${objects.length + 1} ${trailer}>>\n%%EOF\n`;
  return Buffer.concat([Buffer.from('%PDF-1.7\n'), ...parts, Buffer.from(end)]);
}

export const streamOf = (dictionary: string, content: Buffer) =>
  Buffer.concat([
    Buffer.from(`<<${dictionary} /Length ${content.length}>>\nstream\n`),
    content,
    Buffer.from('\nendstream'),
  ]);
export const packedStream = (dictionary: string, content: string | Buffer) =>
  streamOf(`${dictionary} /Filter /FlateDecode`, deflateSync(content));

const PAGES = '<</Type /Pages /Kids [3 0 R] /Count 1>>';
const FONT = '<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>';
const PAGE = '<</Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Contents 4 0 R /Resources <</Font <</F 5 0 R>>>>>>';
export const WORDS = 'BT /F 12 Tf 20 200 Td (Some words.) Tj ET';

/** One page of words, these entries in the catalogue, and more objects, the first of them number 6. */
export const pdfWith = (entries: string, ...more: (string | Buffer)[]) =>
  pdfOf([`<</Type /Catalog /Pages 2 0 R ${entries}>>`, PAGES, PAGE, packedStream('', WORDS), FONT, ...more]);
