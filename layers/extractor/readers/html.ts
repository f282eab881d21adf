import { readFile } from 'node:fs/promises';
import { decodeText } from '../decode-text.ts';
import { decodeEntities } from '../entities.ts';
import { HeadingPath } from '../heading-path.ts';
import type { Reader } from '../output.ts';

/** Comments, declarations, and tags with their quoted attributes. */
const MARKUP = /<!--[\s\S]*?(?:-->|$)|<[!?][^<>]*>|<(\/?)([A-Za-z][A-Za-z0-9:-]*)((?:"[^"]*"|'[^']*'|[^'"<>])*)>/g;
/** Elements whose content nobody reads on the page. */
const UNREAD = new Set(['script', 'style', 'noscript', 'template', 'svg', 'math', 'iframe', 'object', 'select', 'nav']);
const PARAGRAPHS = new Set(
  'address article aside blockquote body dd details div dl dt fieldset figcaption figure footer form header hr html main ol p pre section summary table ul'.split(
    ' ',
  ),
);
const LINES = new Set(['br', 'li', 'tr', 'option', 'caption']);

/** The words of a page, section by section; hidden elements, scripts and navigation are left out. */
export const readHtml: Reader = async (path, output) => {
  const html = decodeText(await readFile(path));
  const headings = new HeadingPath();
  let text = '';
  let heading: { level: number; from: number } | undefined;
  let titleFrom: number | undefined;
  let unread: { name: string; depth: number } | undefined;
  let place = 0;
  const flush = async () => {
    await output.text(tidy(text), { headingPath: headings.current() });
    text = '';
  };

  for (const match of html.matchAll(MARKUP)) {
    if (match.index < place) continue;
    if (!unread) text += decodeEntities(html.slice(place, match.index).replace(/\s+/g, ' '));
    place = match.index + match[0].length;
    const name = match[2]?.toLowerCase();
    if (name === undefined) continue;
    const closes = match[1] === '/';
    if (unread) {
      if (name === unread.name) unread.depth += closes ? -1 : 1;
      if (unread.depth === 0) unread = undefined;
      continue;
    }
    const attributes = match[3] ?? '';
    if (!closes && (UNREAD.has(name) || isHidden(attributes)) && !isVoid(name, attributes)) {
      if (name === 'script' || name === 'style') place = endOfRawText(html, name, place);
      else unread = { name, depth: 1 };
    } else if (name === 'title') {
      if (!closes) titleFrom = text.length;
      else if (titleFrom !== undefined) {
        await output.meta({ title: tidy(text.slice(titleFrom)) });
        text = text.slice(0, titleFrom);
      }
    } else if (/^h[1-6]$/.test(name)) {
      if (!closes) {
        await flush();
        heading = { level: Number(name.slice(1)), from: 0 };
      } else if (heading) {
        headings.enter(heading.level, tidy(text.slice(heading.from)));
        heading = undefined;
        text += '\n\n';
      }
    } else if (PARAGRAPHS.has(name)) text += '\n\n';
    else if (LINES.has(name)) text += '\n';
    else if (name === 'td' || name === 'th') text += closes ? ' ' : '';
  }
  if (!unread) text += decodeEntities(html.slice(place).replace(/\s+/g, ' '));
  await flush();
};

function endOfRawText(html: string, name: string, from: number): number {
  const closing = new RegExp(`</${name}[^>]*>`, 'gi');
  closing.lastIndex = from;
  const match = closing.exec(html);
  return match ? match.index + match[0].length : html.length;
}

function isHidden(attributes: string): boolean {
  return /(^|\s)hidden(\s|=|$)|aria-hidden\s*=\s*["']?true|display\s*:\s*none|visibility\s*:\s*hidden/i.test(
    attributes,
  );
}

function isVoid(name: string, attributes: string): boolean {
  return attributes.endsWith('/') || ['br', 'hr', 'img', 'input', 'link', 'meta', 'source', 'wbr'].includes(name);
}

function tidy(text: string): string {
  return text
    .replace(/ *\n */g, '\n')
    .replace(/ {2,}/g, ' ')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}
