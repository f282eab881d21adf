import { deflateSync } from 'node:zlib';

const LINE_HEIGHT = 16;
const hex = (code: number) => code.toString(16).padStart(4, '0');

/**
 * A PDF in any script: a page for each list of lines, in one font that carries no shapes but says what its codes mean,
 * as the fonts of real documents do. Made by hand, so that a thousand pages take no time.
 */
export function makeUnicodePdf(pages: readonly (readonly string[])[]): Buffer {
  const meanings = [...new Set(pages.flat().join(''))].map((character, place) => [character, place + 1] as const);
  const codes = new Map(meanings);
  const objects: Buffer[] = [];
  const add = (object: string | Buffer) => objects.push(Buffer.from(object));
  add('<</Type /Catalog /Pages 2 0 R>>');
  add(`<</Type /Pages /Kids [${pages.map((_, n) => `${6 + 2 * n} 0 R`).join(' ')}] /Count ${pages.length}>>`);
  add('<</Type /Font /Subtype /Type0 /BaseFont /Any /Encoding /Identity-H /DescendantFonts [4 0 R] /ToUnicode 5 0 R>>');
  const system = '/CIDSystemInfo <</Registry (Adobe) /Ordering (Identity) /Supplement 0>>';
  add(`<</Type /Font /Subtype /CIDFontType2 /BaseFont /Any ${system} /DW 500>>`);
  add(streamOf(toUnicode(meanings)));
  for (const [n, lines] of pages.entries()) {
    const shown = lines.map((line, at) => {
      const text = [...line].map((character) => hex(codes.get(character) ?? 0)).join('');
      return `BT /F 10 Tf 40 ${800 - at * LINE_HEIGHT} Td <${text}> Tj ET`;
    });
    const resources = '/Resources <</Font <</F 3 0 R>>>>';
    add(`<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents ${7 + 2 * n} 0 R ${resources}>>`);
    add(streamOf(shown.join('\n')));
  }
  return assemble(objects);
}

function toUnicode(meanings: readonly (readonly [string, number])[]): string {
  const lines = meanings.map(
    ([character, code]) => `<${hex(code)}> <${Buffer.from(character, 'utf16le').swap16().toString('hex')}>`,
  );
  const blocks: string[] = [];
  for (let at = 0; at < lines.length; at += 100) {
    const block = lines.slice(at, at + 100);
    blocks.push(`${block.length} beginbfchar\n${block.join('\n')}\nendbfchar`);
  }
  return `/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Any def /CMapType 2 def
1 begincodespacerange <0000> <ffff> endcodespacerange
${blocks.join('\n')}
endcmap CMapName currentdict /CMap defineresource pop end end`;
}

function streamOf(content: string): Buffer {
  const packed = deflateSync(content);
  const head = `<</Filter /FlateDecode /Length ${packed.length}>>\nstream\n`;
  return Buffer.concat([Buffer.from(head), packed, Buffer.from('\nendstream')]);
}

function assemble(objects: readonly Buffer[]): Buffer {
  const parts = [Buffer.from('%PDF-1.7\n')];
  const places: number[] = [];
  let at = parts[0]?.length ?? 0;
  for (const [n, object] of objects.entries()) {
    const part = Buffer.concat([Buffer.from(`${n + 1} 0 obj\n`), object, Buffer.from('\nendobj\n')]);
    places.push(at);
    at += part.length;
    parts.push(part);
  }
  const rows = places.map((place) => `${String(place).padStart(10, '0')} 00000 n \n`).join('');
  const size = objects.length + 1;
  const table = `xref\n0 ${size}\n0000000000 65535 f \n${rows}`;
  parts.push(Buffer.from(`${table}trailer <</Root 1 0 R /Size ${size}>>\nstartxref\n${at}\n%%EOF\n`));
  return Buffer.concat(parts);
}
