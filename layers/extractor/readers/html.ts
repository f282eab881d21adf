import { readFile } from 'node:fs/promises';
import { decodeText } from '../decode-text.ts';
import { decodeEntities } from '../entities.ts';
import { HeadingPath } from '../heading-path.ts';
import { nextTag } from '../html-tags.ts';
import { OpenElements } from '../open-elements.ts';
import type { Output, Reader } from '../output.ts';

/** Elements whose content nobody reads on the page. */
const UNREAD = new Set(['noscript', 'template', 'svg', 'math', 'iframe', 'object', 'select', 'nav', 'dialog']);
/** Their content is no markup. */
const RAW = new Set(['script', 'style']);
/** A page that hides itself whole shows itself by a script. */
const WHOLE_PAGE = new Set(['html', 'body']);
const PARAGRAPHS = new Set(
  'address article aside blockquote body dd details div dl dt fieldset figcaption figure footer form header hr html main ol p pre section summary table ul'.split(
    ' ',
  ),
);
const LINES = new Set(['br', 'li', 'tr', 'option', 'caption']);

/** The words of a page, section by section; hidden elements, scripts and navigation are left out. */
export const readHtml: Reader = async (path, output) => {
  const bytes = await readFile(path);
  const html = decodeText(bytes, toldEncoding(bytes));
  const page = new PageWords(output);
  const open = new OpenElements();
  let place = 0;
  for (let tag = nextTag(html, place); tag; tag = nextTag(html, place)) {
    if (!open.areUnread()) page.add(html.slice(place, tag.from));
    place = tag.to;
    if (tag.name === '' || WHOLE_PAGE.has(tag.name)) continue;
    if (RAW.has(tag.name)) {
      if (!tag.closes && !tag.isEmpty) place = endOfRawText(html, tag.name, place);
      continue;
    }
    if (tag.closes) open.end(tag.name);
    else open.begin(tag.name, { isUnread: UNREAD.has(tag.name) || tag.isHidden, isEmpty: tag.isEmpty });
    if (open.areUnread()) continue;
    if (tag.name === 'pre') page.countPreformatted(tag.closes);
    if (tag.name === 'title') await page.takeTitle(tag.closes);
    else if (/^h[1-6]$/.test(tag.name)) await page.takeHeading(Number(tag.name[1]), tag.closes);
    else await page.breakAt(tag.name);
  }
  if (!open.areUnread()) page.add(html.slice(place));
  await page.flush();
};

/** A long section is not held as a whole. */
const HELD_CHARACTERS = 262_144;

/** What the tags of a page make of its words: its title, headings, paragraphs and lines. */
class PageWords {
  private readonly output: Output;
  private readonly headings = new HeadingPath();
  private text = '';
  private headingLevel: number | undefined;
  private titleFrom: number | undefined;
  private preformatted = 0;

  constructor(output: Output) {
    this.output = output;
  }

  add(words: string): void {
    this.text += decodeEntities(this.preformatted > 0 ? words : words.replace(/\s+/g, ' '));
  }

  /** Its lines are its own. */
  countPreformatted(closes: boolean): void {
    this.preformatted = Math.max(0, this.preformatted + (closes ? -1 : 1));
  }

  async breakAt(name: string): Promise<void> {
    if (PARAGRAPHS.has(name)) this.text += '\n\n';
    else if (LINES.has(name)) this.text += '\n';
    else if (name === 'td' || name === 'th') this.text += ' ';
    const isWhole = this.titleFrom === undefined && this.headingLevel === undefined;
    if (isWhole && this.text.length > HELD_CHARACTERS) await this.flush();
  }

  async flush(): Promise<void> {
    await this.output.text(tidy(this.text), { headingPath: this.headings.current() });
    this.text = '';
  }

  async takeTitle(closes: boolean): Promise<void> {
    if (!closes) this.titleFrom = this.text.length;
    else if (this.titleFrom !== undefined) {
      await this.output.meta({ title: tidy(this.text.slice(this.titleFrom)) });
      this.text = this.text.slice(0, this.titleFrom);
      this.titleFrom = undefined;
    }
  }

  async takeHeading(level: number, closes: boolean): Promise<void> {
    if (!closes) {
      await this.flush();
      this.headingLevel = level;
    } else if (this.headingLevel !== undefined) {
      this.headings.enter(this.headingLevel, tidy(this.text));
      this.headingLevel = undefined;
      this.text += '\n\n';
    }
  }
}

/** What a page says of its encoding within its first kilobyte, where it has to (HTML, 4.2.5.4). */
function toldEncoding(bytes: Buffer): string | undefined {
  const start = bytes.toString('latin1', 0, 1_024);
  const told = /<meta[^>]{0,200}charset\s*=\s*["']?([\w.:-]+)/i.exec(start);
  return (told ?? /^<\?xml[^>]{0,200}encoding\s*=\s*["']([\w.:-]+)/.exec(start))?.[1];
}

function endOfRawText(html: string, name: string, from: number): number {
  const closing = new RegExp(`</${name}(?=[\\s/>])`, 'gi');
  closing.lastIndex = from;
  const match = closing.exec(html);
  const end = match ? html.indexOf('>', match.index) : -1;
  return end === -1 ? html.length : end + 1;
}

function tidy(text: string): string {
  return text
    .replace(/ *\n */g, '\n')
    .replace(/ {2,}/g, ' ')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}
