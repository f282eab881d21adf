import { readFile } from 'node:fs/promises';
import { decodeEntities } from '../entities.ts';
import { HeadingPath } from '../heading-path.ts';
import { type Reader, ReadingError } from '../output.ts';
import { openZip } from '../zip.ts';

const MAIN_PART = 'word/document.xml';
const TOKEN =
  /<(\/?)(?:w:(p|pPr|pStyle|outlineLvl|t|tab|br|cr|tc|tr|del|moveFrom|instrText)|mc:(Fallback))(?=[\s/>])([^>]*?)(\/?)>|([^<]+)/g;
/** Words that were taken out or moved elsewhere, and those that stand there once more for older programs. */
const LEFT_OUT = new Set(['del', 'moveFrom', 'Fallback']);

/**
 * Paragraphs, tables and headings of the main part. Deleted text, the place that text was moved from, second versions for
 * older programs, fields and whatever lies outside are left out.
 */
export const readDocx: Reader = async (path, output) => {
  const zip = openZip(await readFile(path));
  const main = zip.read(MAIN_PART);
  if (main === undefined)
    throw new ReadingError('DAMAGED', 'This is no Word document. Save it anew and upload it again.');
  const xml = new TextDecoder().decode(main);
  const headings = new HeadingPath();
  let section: string[] = [];
  let paragraph = '';
  let level: number | undefined;
  let reading = false;
  let leftOut = 0;
  let inCell = false;
  const flush = async () => {
    await output.text(section.join('\n\n'), { headingPath: headings.current() });
    section = [];
  };

  for (const [, slash, word, fallback, attributes = '', empty, text] of xml.matchAll(TOKEN)) {
    const name = word ?? fallback;
    const closes = slash === '/';
    if (name === undefined) {
      if (reading && leftOut === 0) paragraph += decodeEntities(text ?? '');
    } else if (LEFT_OUT.has(name)) {
      if (empty === '') leftOut = Math.max(0, leftOut + (closes ? -1 : 1));
    } else if (leftOut > 0) continue;
    else if (name === 't') reading = !closes && empty === '';
    else if (name === 'tab') paragraph += '\t';
    else if (name === 'br' || name === 'cr') paragraph += '\n';
    else if (name === 'tc') {
      inCell = !closes;
      if (closes) paragraph += ' | ';
    } else if (name === 'pStyle') level = styleLevel(attributes) ?? level;
    else if (name === 'outlineLvl') level = Number(/w:val="(\d)"/.exec(attributes)?.[1] ?? 9) + 1;
    else if ((name === 'p' && closes && !inCell) || (name === 'tr' && closes)) {
      const words = paragraph.replace(/ \| $/, '').trim();
      if (level !== undefined && level <= 6 && words !== '') {
        await flush();
        headings.enter(level, words);
      }
      if (words !== '') section.push(words);
      paragraph = '';
      level = undefined;
    } else if (name === 'p' && closes) paragraph += ' ';
  }
  if (paragraph.trim() !== '') section.push(paragraph.trim()); // Of a file whose last paragraphs never end.
  await flush();
};

/** Word names its built-in heading styles by the language it was installed in. */
function styleLevel(attributes: string): number | undefined {
  const level = /w:val="(?:heading|berschrift|titre|titolo|ttulo)\s?([1-6])"/i.exec(attributes)?.[1];
  return level === undefined ? undefined : Number(level);
}
