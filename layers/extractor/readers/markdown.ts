import { readFile } from 'node:fs/promises';
import { decodeText } from '../decode-text.ts';
import { HeadingPath } from '../heading-path.ts';
import type { Reader } from '../output.ts';

const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const HEADING = /^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$/;
const UNDERLINE = /^ {0,3}(=+|-+)[ \t]*$/;

const FRONT_MATTER = /^\ufeff?---[ \t]*\r?\n([\s\S]*?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|$)/;
const ENTRY = /^(?:[\p{L}\d_.-]+(?: [\p{L}\d_.-]+){0,2}|"[^"]+"|'[^']+')\s*:(?:\s|$)/u;

/** Markdown section by section (CommonMark's two forms of headings, code left alone); its marks stay in the text. */
export const readMarkdown: Reader = async (path, output) => {
  const headings = new HeadingPath();
  let section: string[] = [];
  let fence: string | undefined;
  let titled = false;
  const flush = async () => {
    await output.text(section.join('\n'), { headingPath: headings.current() });
    section = [];
  };
  const enter = async (level: number, text: string, line: string) => {
    await flush();
    if (!titled && level === 1) await output.meta({ title: plain(text) });
    titled ||= level === 1;
    headings.enter(level, plain(text));
    section.push(line);
  };

  for (const line of withoutFrontMatter(decodeText(await readFile(path))).split(/\r\n?|\n/)) {
    const mark = FENCE.exec(line)?.[1];
    if (fence !== undefined) {
      if (mark?.startsWith(fence) && line.trim() === mark) fence = undefined;
      section.push(line);
      continue;
    }
    if (mark !== undefined) fence = mark;
    const heading = HEADING.exec(line);
    const above = section.at(-1)?.trim() ?? '';
    const underline = UNDERLINE.exec(line)?.[1];
    if (heading) await enter(heading[1]?.length ?? 1, heading[2] ?? '', line);
    else if (underline && above !== '' && isParagraphLine(section)) {
      section.pop();
      await enter(underline.startsWith('=') ? 1 : 2, above, above);
    } else section.push(line);
  }
  await flush();
};

/** Only a line of its own becomes a heading by the line below: a longer paragraph before `---` is a paragraph. */
function isParagraphLine(section: readonly string[]): boolean {
  const line = section.at(-1) ?? '';
  return (section.at(-2) ?? '').trim() === '' && !/^\s*([>|*+-]|\d+[.)])/.test(line);
}

/**
 * Front matter has entries (`key: value`), what they hold (set in, or a list) and comments, and no other line: text
 * between two rules is text.
 */
function withoutFrontMatter(text: string): string {
  const block = FRONT_MATTER.exec(text);
  const lines = block?.[1]?.split(/\r?\n/) ?? [];
  const isFrontMatter =
    lines.some((line) => ENTRY.test(line)) && lines.every((line) => /^(?:\s|#|- |$)/.test(line) || ENTRY.test(line));
  return block && isFrontMatter ? text.slice(block[0].length) : text;
}

/** No heading is as long: what goes on is the line's alone. */
const MAX_HEADING = 1_000;

/** A heading's words without emphasis and link targets. */
function plain(text: string): string {
  return text
    .slice(0, MAX_HEADING)
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[*_`]+/g, '')
    .trim();
}
