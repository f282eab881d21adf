import { readFile } from 'node:fs/promises';
import { decodeEntities } from '../entities.ts';
import { HeadingPath } from '../heading-path.ts';
import { type Output, type Reader, ReadingError } from '../output.ts';
import { headingStylesOf } from '../word-headings.ts';
import { decodePart, mainPartOf } from '../word-package.ts';
import { openZip } from '../zip.ts';

const TOKEN =
  /<(\/?)(?:\w{1,16}:)?(p|pPr|pStyle|outlineLvl|r|vanish|t|tab|br|cr|noBreakHyphen|tc|tr|txbxContent|del|moveFrom|instrText|Fallback)(?=[\s/>])([^<>]*?)(\/?)>|<!--[\s\S]*?(?:-->|$)|<!\[CDATA\[([\s\S]*?)(?:\]\]>|$)|([^<]+)/g;
/** Words that were taken out or moved elsewhere, and those that stand there once more for older programs. */
const LEFT_OUT = new Set(['del', 'moveFrom', 'Fallback']);
/** What stands at the foot of a page or at the end. */
const NOTES = ['footnotes', 'endnotes'] as const;

/**
 * Paragraphs, tables and headings of the main part, then its notes. Deleted and hidden text, the place that text was
 * moved from, second versions for older programs, fields and whatever lies outside are left out.
 */
export const readDocx: Reader = async (path, output) => {
  const zip = openZip(await readFile(path));
  const name = mainPartOf(zip);
  const main = name === undefined ? undefined : zip.read(name);
  if (name === undefined || main === undefined)
    throw new ReadingError('DAMAGED', 'This is no Word document. Save it anew and upload it again.');
  const part = (other: string) => zip.read(name.replace(/[^/]*$/, `${other}.xml`));
  const styles = part('styles');
  await new PartReader(output, headingStylesOf(styles ? decodePart(styles) : '')).read(decodePart(main));
  for (const kind of NOTES) {
    const notes = part(kind);
    if (notes) await new PartReader(output, new Map()).read(decodePart(notes));
  }
};

/** What the tags of a part make of its words. */
class PartReader {
  private readonly output: Output;
  private readonly styles: ReadonlyMap<string, number>;
  private readonly headings = new HeadingPath();
  private section: string[] = [];
  private paragraph = '';
  private level: number | undefined;
  private isReading = false;
  private isHidden = false;
  private inProperties = false;
  private leftOut = 0;
  private cells = 0;

  constructor(output: Output, styles: ReadonlyMap<string, number>) {
    this.output = output;
    this.styles = styles;
  }

  async read(xml: string): Promise<void> {
    for (const [, slash, name, attributes = '', empty, plain, text] of xml.matchAll(TOKEN)) {
      if (name === undefined) this.add(plain ?? decodeEntities(text ?? ''));
      else if (LEFT_OUT.has(name)) {
        if (empty === '') this.leftOut = Math.max(0, this.leftOut + (slash === '/' ? -1 : 1));
      } else if (this.leftOut > 0) continue;
      else if (slash === '/') await this.end(name);
      else this.begin(name, attributes, empty !== '');
    }
    await this.endParagraph(); // Of a file whose last paragraphs never end.
    await this.flush();
  }

  private add(words: string): void {
    if (this.isReading && !this.isHidden && this.leftOut === 0) this.paragraph += words;
  }

  private begin(name: string, attributes: string, isEmpty: boolean): void {
    if (name === 't') this.isReading = !isEmpty;
    else if (name === 'tab') this.mark('\t');
    else if (name === 'br' || name === 'cr') this.mark('\n');
    else if (name === 'noBreakHyphen') this.mark('-');
    else if (name === 'pPr') this.inProperties = !isEmpty;
    else if (name === 'r') this.isHidden = false;
    else if (name === 'vanish') this.isHidden ||= !this.inProperties && !/val="(?:0|false|off)"/.test(attributes);
    else if (name === 'tc' && !isEmpty) this.cells += 1;
    else if (name === 'pStyle') this.level = this.styles.get(valOf(attributes)) ?? this.level;
    else if (name === 'outlineLvl') this.level = Number(/^\d$/.exec(valOf(attributes))?.[0] ?? 9) + 1;
    else if (name === 'txbxContent') this.paragraph += '\n'; // A box of its own, wherever it is anchored.
  }

  private mark(character: string): void {
    if (!this.inProperties && !this.isHidden) this.paragraph += character;
  }

  private async end(name: string): Promise<void> {
    if (name === 't') this.isReading = false;
    else if (name === 'r') this.isHidden = false;
    else if (name === 'pPr') this.inProperties = false;
    else if (name === 'tc') {
      this.cells = Math.max(0, this.cells - 1);
      this.paragraph += ' | ';
    } else if (name === 'p' && this.cells > 0) this.paragraph += ' ';
    else if (name === 'p' || (name === 'tr' && this.cells === 0)) await this.endParagraph();
  }

  private async endParagraph(): Promise<void> {
    const words = this.paragraph.replace(/[\s|]*\| $/, '').trim();
    if (this.level !== undefined && this.level <= 6 && words !== '') {
      await this.flush();
      this.headings.enter(this.level, words);
    }
    if (words !== '') this.section.push(words);
    this.paragraph = '';
    this.level = undefined;
  }

  private async flush(): Promise<void> {
    await this.output.text(this.section.join('\n\n'), { headingPath: this.headings.current() });
    this.section = [];
  }
}

function valOf(attributes: string): string {
  return decodeEntities(/\bval\s*=\s*["']([^"']*)["']/.exec(attributes)?.[1] ?? '');
}
