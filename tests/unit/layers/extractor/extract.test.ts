import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openExtractor } from '../../../../functions/ai/gateways/extractor.ts';
import type { TextBlock } from '../../../../shared/models/extraction.ts';
import { collectAll } from '../../../support/collect-all.ts';
import { DOCX, EXTRACTOR, temporaryFiles } from '../../../support/extractor-program.ts';
import { makePdf } from '../../../support/make-pdf.ts';
import { makeDocx } from '../../../support/make-zip.ts';

let files: Awaited<ReturnType<typeof temporaryFiles>>;
beforeAll(async () => {
  files = await temporaryFiles();
});
afterAll(() => files.remove());

async function read(bytes: string | Buffer, contentType: string): Promise<TextBlock[]> {
  const extractor = openExtractor({ ...EXTRACTOR, timeoutMs: 20_000 });
  return collectAll(extractor.extract(await files.write(bytes), contentType, new AbortController().signal));
}

const textOf = (blocks: readonly TextBlock[]) => blocks.map((block) => block.text).join('\n');

describe('reading', () => {
  test('a PDF is read page by page, with the page of each text', async () => {
    const pdf = await makePdf([['The first page.'], ['The second page', 'has two lines.'], ['The third page.']]);

    const blocks = await read(pdf, 'application/pdf');

    expect(blocks.map(({ page, text }) => [page, text])).toEqual([
      [1, 'The first page.'],
      [2, 'The second page\nhas two lines.'],
      [3, 'The third page.'],
    ]);
  });

  test('of a PDF nothing is read that stands beyond the edge of its page', async () => {
    const blocks = await read(await makePdf([[`Seen. ${'word '.repeat(200)}Hidden.`]]), 'application/pdf');

    expect(textOf(blocks)).toMatch(/^Seen\. word/);
    expect(textOf(blocks)).not.toContain('Hidden');
  });

  test('a PDF tells how many pages it has and how many are read, also where they hold no text', async () => {
    const path = await files.write(await makePdf([...Array.from({ length: 24 }, () => []), ['The last page.']]));
    const told: [number, number][] = [];
    const listener = {
      onTitle() {},
      onUnreadablePages() {},
      onPages: (done: number, total: number) => told.push([done, total]),
    };

    const extractor = openExtractor({ ...EXTRACTOR, timeoutMs: 20_000 });
    await collectAll(extractor.extract(path, 'application/pdf', new AbortController().signal, listener));

    expect(told).toEqual([
      [0, 25],
      [10, 25],
      [20, 25],
    ]);
  });

  test('a PDF without text says that it holds pictures only', async () => {
    await expect(read(await makePdf([[]]), 'application/pdf')).rejects.toMatchObject({ reason: 'NO_TEXT' });
  });

  test('a broken PDF is damaged, not a crash', async () => {
    await expect(read('%PDF-1.7\nnothing of a PDF follows', 'application/pdf')).rejects.toMatchObject({
      reason: 'DAMAGED',
    });
  });

  test('Markdown keeps the headings that a text stands under, and leaves code alone', async () => {
    const blocks = await read('# Bread\nFlour.\n## Sourdough\nTime.\n```\n# no heading\n```\nEnd', 'text/markdown');

    expect(blocks.map((block) => block.heading_path)).toEqual([['Bread'], ['Bread', 'Sourdough']]);
    expect(blocks[1]?.text).toContain('# no heading');
  });

  test('front matter of Markdown is left out', async () => {
    const matter =
      '---\n# of the page\ntitle: Bread\ndate created: 2026-11-01\ntags:\n- a\n  - b\ntext: |\n  more\n---\n';

    expect(textOf(await read(`${matter}Flour.\n`, 'text/markdown')).trim()).toBe('Flour.');
  });

  test.each([
    ['words between two rules', '---\nFlour and water.\n\n---\nSalt.'],
    ['words and an entry between two rules', '---\nNote: keep it dry.\nFlour and water, always.\n\n---\nSalt.'],
    ['two rules', '---\n\n---\nFlour and water.\nSalt.'],
  ])('%s at the beginning of Markdown are text', async (_, markdown) => {
    const text = textOf(await read(markdown, 'text/markdown'));

    expect(text).toContain('Flour and water');
    expect(text).toContain('Salt.');
  });

  test.each([
    ['UTF-8', Buffer.from('Grüße, 世界')],
    ['UTF-8 with a mark', Buffer.from('\ufeffGrüße, 世界')],
    ['UTF-16 little endian', Buffer.from('\ufeffGrüße, 世界', 'utf16le')],
    ['UTF-16 big endian', Buffer.from('\ufeffGrüße, 世界', 'utf16le').swap16()],
  ])('plain text is read in %s', async (_, bytes) => {
    expect(textOf(await read(bytes, 'text/plain'))).toBe('Grüße, 世界');
  });

  test('plain text in Latin-1 is read', async () => {
    expect(textOf(await read(Buffer.from('café crème', 'latin1'), 'text/plain'))).toBe('café crème');
  });

  test('HTML gives its words under its headings, without scripts and hidden parts', async () => {
    const html = '<h1>Tea &amp; more</h1><p>Steep <b>well</b>.</p><p hidden>ignore</p><script>let x = "</p>"</script>';

    const blocks = await read(html, 'text/html');

    expect(blocks.at(-1)?.heading_path).toEqual(['Tea & more']);
    expect(textOf(blocks)).toMatch(/Tea & more\s+Steep well\./);
    expect(textOf(blocks)).not.toMatch(/ignore|let x/);
  });

  test('CSV gives each row with the names of its columns', async () => {
    const blocks = await read('name;price\n"Tea; green";3\nCoffee;4\n', 'text/csv');

    expect(textOf(blocks)).toBe('name: Tea; green; price: 3\nname: Coffee; price: 4');
  });

  test('headings of a Word document are known by what its styles are called', async () => {
    const body = '<w:p><w:pPr><w:pStyle w:val="1"/></w:pPr><w:r><w:t>Правила</w:t></w:r></w:p>';
    const styles =
      '<w:styles><w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/></w:style></w:styles>';
    const parts = { 'word/document.xml': body, 'word/styles.xml': styles };

    const [block] = await read(makeDocx([], parts), DOCX);

    expect(block?.heading_path).toEqual(['Правила']);
  });

  test.each([
    ['text/plain', 'one\u2029two\u2028three', 'one\n\ntwo\nthree'],
    ['text/markdown', '# one\u2029two\u2028three', '# one\n\ntwo\nthree'],
  ])('separators of lines and paragraphs part them (%s)', async (type, text, expected) => {
    expect(textOf(await read(text, type))).toBe(expected);
  });

  test('a file that keeps the reader busy without a word is given up', async () => {
    const form = (n: number) =>
      `${n} 0 obj\n<</Subtype /Form /BBox [0 0 9 9] /Resources <</XObject <</X ${n + 1} 0 R>> /Font <</F 5 0 R>>>>`;
    const draws = 'BT /F 9 Tf (x) Tj ET /X Do /X Do ';
    const forms = Array.from(
      { length: 40 },
      (_, n) => `${form(n + 6)} /Length ${draws.length}>>\nstream\n${draws}\nendstream\nendobj`,
    );
    const pdf = `%PDF-1.7
1 0 obj\n<</Type /Catalog /Pages 2 0 R>>\nendobj
2 0 obj\n<</Type /Pages /Kids [3 0 R] /Count 1>>\nendobj
3 0 obj\n<</Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R /Resources <</XObject <</X 6 0 R>>>>>>\nendobj
4 0 obj\n<</Length 5>>\nstream\n/X Do\nendstream\nendobj
5 0 obj\n<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>\nendobj
${forms.join('\n')}
trailer <</Root 1 0 R>>\n%%EOF\n`;

    const extractor = openExtractor({ ...EXTRACTOR, silenceMs: 2_000 });
    const reading = collectAll(
      extractor.extract(await files.write(pdf), 'application/pdf', new AbortController().signal),
    );

    await expect(reading).rejects.toMatchObject({ reason: 'TIMED_OUT' });
  });

  test('a Word document gives its paragraphs under its headings', async () => {
    const blocks = await read(makeDocx(['# Rules', 'Be kind &amp; fair.', 'Listen.']), DOCX);

    expect(blocks).toEqual([{ type: 'block', text: 'Rules\n\nBe kind & fair.\n\nListen.', heading_path: ['Rules'] }]);
  });

  test('of a Word document, words moved or told twice for older programs are read once, deleted ones not', async () => {
    const run = (words: string) => `<w:r><w:t>${words}</w:t></w:r>`;
    const box = (words: string) => `<w:txbxContent><w:p>${run(words)}</w:p></w:txbxContent>`;
    const choices = `<mc:Choice Requires="wps">${box('Boxed.')}</mc:Choice><mc:Fallback>${box('Boxed.')}</mc:Fallback>`;
    const body = [
      `<w:p><w:moveFromRangeStart w:id="1"/><w:moveFrom w:id="2">${run('Moved.')}</w:moveFrom>${run('First.')}</w:p>`,
      `<w:p><w:del w:id="3"><w:r><w:delText>Gone.</w:delText><w:tab/></w:r></w:del>${run('Second.')}</w:p>`,
      `<w:p><w:moveTo w:id="4">${run('Moved.')}</w:moveTo></w:p>`,
      `<w:p><w:r><mc:AlternateContent>${choices}</mc:AlternateContent></w:r></w:p>`,
      `<w:p>${run('Last.')}</w:p>`,
    ].join('');
    const document = makeDocx([], { 'word/document.xml': `<w:document><w:body>${body}</w:body></w:document>` });

    expect(textOf(await read(document, DOCX)).split('\n\n')).toEqual([
      'First.',
      'Second.',
      'Moved.',
      'Boxed.',
      'Last.',
    ]);
  });

  test.each(['text/plain', 'text/markdown', 'text/html', 'text/csv'])('an empty file of %s is empty', async (type) => {
    await expect(read(' \n ', type)).rejects.toMatchObject({ reason: 'EMPTY' });
  });

  test.each([
    ['text/html', '<'.repeat(300_000)],
    ['text/plain', '!!! ??? … — !!!'],
    ['text/markdown', '# 😀\n\n🎉👍🏽'],
    ['text/csv', '",;"\n"!";"?"'],
  ])('a file of %s without a letter or digit of any script is empty', async (type, text) => {
    await expect(read(text, type)).rejects.toMatchObject({ reason: 'EMPTY' });
  });

  test.each(['!!! 7', '⠓⠑⠇⠇⠕', 'क', '字'])('a file of marks with "%s" among them is read whole', async (text) => {
    const marks = '!? '.repeat(10_000);

    const blocks = await read(`${marks}${text}`, 'text/plain');

    expect(blocks.map((block) => block.text).join('')).toBe(`${marks}${text}`);
  });

  test('a type that nobody reads is refused by name', async () => {
    await expect(read('x', 'image/png')).rejects.toMatchObject({ reason: 'TYPE_MISMATCH' });
  });
});
