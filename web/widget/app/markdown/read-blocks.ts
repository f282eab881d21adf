import { beginsBlock, FENCE, type Found, HEADING, isBlank, QUOTE, type ReadInner, RULE } from './lines.ts';
import { readInlines } from './read-inlines.ts';
import { readList } from './read-list.ts';
import { readTable } from './read-table.ts';
import type { Block } from './syntax.ts';

/** What is nested deeper is read as plain lines: nobody reads it, and it would only cost time. */
const MAX_DEPTH = 6;

const UNDERLINE = /^ {0,3}(?:={3,}|-{3,}) *$/;

/**
 * Reads Markdown (CommonMark's and GFM's common ground, without raw HTML, pictures and indented code) in time that is
 * linear in its length, whatever it holds. A text that is cut off anywhere reads as what it is so far.
 */
export function readMarkdown(text: string): Block[] {
  const lines = text.replaceAll('\r\n', '\n').replaceAll('\r', '\n').replaceAll('\t', '    ').split('\n');
  return readBlocks(lines, 0);
}

function readBlocks(lines: readonly string[], depth: number): Block[] {
  const blocks: Block[] = [];
  const inner: ReadInner = (below) => readBlocks(below, depth + 1);
  for (let at = 0; at < lines.length; ) {
    if (isBlank(lines[at])) {
      at += 1;
      continue;
    }
    const found =
      readFence(lines, at) ??
      readHeading(lines, at) ??
      readRule(lines, at) ??
      (depth < MAX_DEPTH ? (readQuote(lines, at, inner) ?? readList(lines, at, inner)) : undefined) ??
      readTable(lines, at) ??
      readParagraph(lines, at, depth);
    blocks.push(found.block);
    at = found.next;
  }
  return blocks;
}

function readFence(lines: readonly string[], at: number): Found | undefined {
  const [, fence = '', info] = FENCE.exec(lines[at] ?? '') ?? [];
  if (info === undefined) return undefined;
  const closes = (line: string) => {
    const trimmed = line.trim();
    return trimmed.length >= fence.length && trimmed === (fence[0] ?? '').repeat(trimmed.length);
  };
  let end = at + 1;
  while (end < lines.length && !closes(lines[end] ?? '')) end += 1;
  return { block: { kind: 'code', text: lines.slice(at + 1, end).join('\n') }, next: end + 1 };
}

function readHeading(lines: readonly string[], at: number): Found | undefined {
  const marker = HEADING.exec(lines[at] ?? '');
  if (!marker) return undefined;
  const text = (lines[at] ?? '').slice(marker[0].length).trim();
  return { block: { kind: 'heading', inlines: readInlines(text) }, next: at + 1 };
}

function readRule(lines: readonly string[], at: number): Found | undefined {
  return RULE.test(lines[at] ?? '') ? { block: { kind: 'rule' }, next: at + 1 } : undefined;
}

function readQuote(lines: readonly string[], at: number, readInner: ReadInner): Found | undefined {
  if (!QUOTE.test(lines[at] ?? '')) return undefined;
  let end = at + 1;
  while (!isBlank(lines[end]) && (QUOTE.test(lines[end] ?? '') || !beginsBlock(lines[end] ?? ''))) end += 1;
  const inner = lines.slice(at, end).map((line) => line.replace(QUOTE, ''));
  return { block: { kind: 'quote', blocks: readInner(inner) }, next: end };
}

function readParagraph(lines: readonly string[], at: number, depth: number): Found {
  const deepest = depth >= MAX_DEPTH;
  let end = at + 1;
  const runsOn = (line: string) =>
    !isBlank(line) && !UNDERLINE.test(line) && (deepest || !(beginsBlock(line) || readTable(lines, end)));
  while (end < lines.length && runsOn(lines[end] ?? '')) end += 1;
  const underlined = end < lines.length && UNDERLINE.test(lines[end] ?? '');
  const inlines = readInlines(
    lines
      .slice(at, end)
      .map((line) => line.trimStart())
      .join('\n')
      .trimEnd(),
  );
  return { block: { kind: underlined ? 'heading' : 'paragraph', inlines }, next: underlined ? end + 1 : end };
}
