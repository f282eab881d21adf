import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openExtractor } from '../../../functions/ai/gateways/extractor.ts';
import type { TextBlock } from '../../../shared/models/extraction.ts';
import { collectAll } from '../../support/collect-all.ts';
import { encodeAs } from '../../support/encode-as.ts';
import { DOCX, EXTRACTOR, temporaryFiles } from '../../support/extractor-program.ts';
import { makeUnicodePdf } from '../../support/make-unicode-pdf.ts';
import { makeDocx } from '../../support/make-zip.ts';
import { figure, shareOf, tellFigure, WITHIN_MS } from '../../support/safety/figures.ts';
import { LANGUAGES, type Language, textIn } from '../../support/safety/languages.ts';

const MEBIBYTE = 1024 * 1024;
let files: Awaited<ReturnType<typeof temporaryFiles>>;
let peakBytes = 0;
beforeAll(async () => {
  files = await temporaryFiles();
});
afterAll(() => files.remove());

/** Reads as an upload is read: only what the scan lets pass. */
async function read(bytes: string | Buffer, type: string): Promise<TextBlock[]> {
  const extractor = openExtractor({ ...EXTRACTOR, onPeak: (bytes) => (peakBytes = bytes) });
  const path = await files.write(bytes);
  const { signal } = new AbortController();
  await extractor.scan(path, type, signal);
  return collectAll(extractor.extract(path, type, signal));
}

const wordsOf = (blocks: readonly TextBlock[]) =>
  blocks
    .map(({ text }) => text)
    .join(' ')
    .replaceAll(/\s+/g, ' ')
    .trim();

interface Format {
  readonly format: string;
  readonly type: string;
  readonly make: (language: Language) => string | Buffer;
  /** What stands around the text. */
  readonly shown?: (text: string) => string;
}

/** A page shows right-to-left text from its left end. */
const asShown = ({ text, rightToLeft }: Language) => (rightToLeft ? [...text].reverse().join('') : text);
const FORMATS: readonly Format[] = [
  { format: 'plain text', type: 'text/plain', make: ({ text }) => text },
  { format: 'Markdown', type: 'text/markdown', make: ({ text }) => `# ${text}`, shown: (text) => `# ${text}` },
  { format: 'HTML', type: 'text/html', make: ({ text }) => `<meta charset="utf-8"><p>${text}</p>` },
  { format: 'CSV', type: 'text/csv', make: ({ text }) => `x\n"${text}"\n`, shown: (text) => `x: ${text}` },
  { format: 'DOCX', type: DOCX, make: ({ text }) => makeDocx([text]) },
  { format: 'PDF', type: 'application/pdf', make: (language) => makeUnicodePdf([[asShown(language)]]) },
];
const CASES = FORMATS.flatMap((format) => LANGUAGES.map((language) => ({ ...format, ...language, language })));

const ENCODINGS: readonly (readonly [encoding: string, language: string])[] = [
  ['utf-8', 'Hindi'],
  ['windows-1252', 'German'],
  ['iso-8859-1', 'French'],
  ['windows-1251', 'Russian'],
  ['koi8-r', 'Russian'],
  ['shift_jis', 'Japanese'],
  ['euc-jp', 'Japanese'],
  ['gb18030', 'Chinese'],
  ['euc-kr', 'Korean'],
  ['utf-16le', 'Arabic'],
  ['utf-16be', 'Korean'],
];

function encoded(text: string, encoding: string): Buffer {
  if (encoding === 'utf-8') return Buffer.from(text);
  const marked = Buffer.from(`\ufeff${text}`, 'utf16le');
  if (encoding === 'utf-16le') return marked;
  return encoding === 'utf-16be' ? marked.swap16() : encodeAs(text, encoding);
}

describe('A20: documents of every kind', () => {
  let wrong = 0;

  test.each(shareOf(CASES, 11))(
    '$format in $name is read as it is written',
    async ({ make, type, language, shown = (text: string) => text }) => {
      const words = wordsOf(await read(make(language), type));

      if (words !== shown(language.text)) wrong += 1;
      expect(words).toBe(shown(language.text));
    },
    WITHIN_MS,
  );

  test.each(shareOf(ENCODINGS, 4))(
    'a text in %s is read in %s',
    async (encoding, name) => {
      const words = wordsOf(await read(encoded(textIn(name), encoding), 'text/plain'));

      if (words !== textIn(name)) wrong += 1;
      expect(words).toBe(textIn(name));
    },
    WITHIN_MS,
  );

  test.each(shareOf(FORMATS, 3))('$format with nothing in it is told', async ({ make, type }) => {
    const reading = read(make({ name: 'none', text: '' }), type);

    const reason = type === 'application/pdf' ? 'NO_TEXT' : 'EMPTY';
    await expect(reading).rejects.toMatchObject({ reason }); // Of Markdown the mark of a heading is left: no word either.
  });

  test.each(shareOf(FORMATS, 3))(
    '$format with one word is read',
    async ({ make, type, shown = (text: string) => text }) => {
      expect(wordsOf(await read(make({ name: 'one', text: 'Bread' }), type))).toBe(shown('Bread'));
    },
  );

  test(
    'a PDF of a thousand pages takes little more memory than one of a tenth of them',
    async () => {
      const pages = figure(100, 1_000);
      const line = (page: number) => `Page ${page} tells of bread and of ${LANGUAGES[page % 12]?.text}`;
      const long = Array.from({ length: pages }, (_, n) => Array.from({ length: 40 }, () => line(n + 1)));
      await read(makeUnicodePdf(long.slice(0, pages / 10)), 'application/pdf');
      const few = peakBytes;

      const blocks = await read(makeUnicodePdf(long), 'application/pdf');

      const reached = `${wrong} wrong; ${pages} pages: ${Math.round(peakBytes / MEBIBYTE)} MB, a tenth: ${Math.round(few / MEBIBYTE)} MB`;
      tellFigure('A20', 'documents of every kind', 'text as expected, memory flat', reached);
      expect(blocks.map(({ page }) => page)).toEqual(long.map((_, n) => n + 1));
      expect(blocks.at(-1)?.text).toContain(`Page ${pages} tells of bread`);
      expect(peakBytes).toBeLessThan(few * 1.5);
    },
    WITHIN_MS,
  );
});
