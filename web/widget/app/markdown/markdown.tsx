import type { ComponentChildren, VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import { directionOf, wordsOfBlocks, wordsOfRows } from './direction.ts';
import { readMarkdown } from './read-blocks.ts';
import type { Block, Inline, Row } from './syntax.ts';
import { textOf } from './syntax.ts';
import { visible } from './visible.ts';

export interface MarkdownProps {
  readonly text: string;
  /** The sources there are; a mark that names another is only text, unless they are still to come. */
  readonly sources: readonly number[];
  readonly sourcesToCome: boolean;
  readonly labelOf: (n: number) => string;
  readonly onCitation: (n: number) => void;
}

/** Far longer than any answer; the rest is shown as plain text. */
const MAX_FORMATTED = 20_000;

/**
 * Markdown as elements, never as HTML text: only what the reader knows becomes anything, links only with http(s), and
 * pictures and raw HTML only as text. So nothing in an answer can run or fetch.
 */
export function Markdown({ text, ...marks }: MarkdownProps): VNode {
  const blocks = useMemo(() => readMarkdown(text.slice(0, MAX_FORMATTED)), [text]);
  const rest = text.slice(MAX_FORMATTED);
  return (
    <div class="said">
      {blocks.map((block) => renderBlock(block, marks))}
      {rest && <p class="plain-text">{visible(rest)}</p>}
    </div>
  );
}

type Marks = Omit<MarkdownProps, 'text'>;

function renderBlock(block: Block, marks: Marks): VNode {
  switch (block.kind) {
    case 'paragraph':
      return <p dir="auto">{renderInlines(block.inlines, marks)}</p>;
    case 'heading':
      // Headings of an answer are not headings of the page: emphasis, without a place in its outline.
      return (
        <p class="heading" dir="auto">
          {renderInlines(block.inlines, marks)}
        </p>
      );
    case 'code':
      return (
        <pre dir="ltr" tabIndex={0}>
          <code>{visible(block.text)}</code>
        </pre>
      );
    case 'quote':
      return (
        <blockquote dir={directionOf(wordsOfBlocks(block.blocks))}>
          {block.blocks.map((inner) => renderBlock(inner, marks))}
        </blockquote>
      );
    case 'list':
      return renderList(block, marks);
    case 'table':
      return renderTable(block, marks);
    case 'rule':
      return <hr />;
  }
}

function renderList({ start, items }: Extract<Block, { kind: 'list' }>, marks: Marks): VNode {
  const entries = items.map((blocks) => <li>{blocks.map((block) => renderBlock(block, marks))}</li>);
  const dir = directionOf(wordsOfBlocks(items.flat()));
  if (start === undefined) return <ul dir={dir}>{entries}</ul>;
  return (
    <ol dir={dir} start={start}>
      {entries}
    </ol>
  );
}

function renderTable({ header, rows }: Extract<Block, { kind: 'table' }>, marks: Marks): VNode {
  const cells = (row: Row, Cell: 'th' | 'td') =>
    row.map((inlines) => <Cell dir="auto">{renderInlines(inlines, marks)}</Cell>);
  return (
    <div class="table" tabIndex={0} dir={directionOf(wordsOfRows([header, ...rows]))}>
      <table>
        <thead>
          <tr>{cells(header, 'th')}</tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr>{cells(row, 'td')}</tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function renderInlines(inlines: readonly Inline[], marks: Marks): ComponentChildren[] {
  return inlines.map((inline, place) => {
    // A source's number does not stand alone at the beginning of a line.
    const glued = inline.kind === 'text' && inlines[place + 1]?.kind === 'citation';
    return renderInline(glued ? { ...inline, text: inline.text.replace(/ $/, '\u00a0') } : inline, marks);
  });
}

function renderInline(inline: Inline, marks: Marks): ComponentChildren {
  switch (inline.kind) {
    case 'text':
      return visible(inline.text);
    case 'code':
      return <code dir="ltr">{visible(inline.text)}</code>;
    case 'strong':
      return <strong>{renderInlines(inline.children, marks)}</strong>;
    case 'em':
      return <em>{renderInlines(inline.children, marks)}</em>;
    case 'del':
      return <del>{renderInlines(inline.children, marks)}</del>;
    case 'break':
      return <br />;
    case 'link':
      return <Link href={inline.href} label={visible(textOf(inline.children))} />;
    case 'citation':
      return renderCitation(inline.n, marks);
  }
}

/** The whole of it: `https://a.example` does not begin `https://a.example.bank`. */
function beginsWith(label: string, origin: string): boolean {
  return label.toLowerCase().startsWith(origin) && /^([/?#\s]|$)/.test(label.slice(origin.length));
}

/** Whoever follows a link knows where to: a text that does not name the host has it written behind. */
function Link({ href, label }: { href: string; label: string }): VNode {
  const { host, origin } = new URL(href);
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow" referrerpolicy="no-referrer">
      <bdi>{label || host}</bdi>
      {label && !beginsWith(label, origin) && (
        <>
          {' '}
          <bdi class="host">({host})</bdi>
        </>
      )}
    </a>
  );
}

function renderCitation(n: number, { sources, sourcesToCome, labelOf, onCitation }: Marks): ComponentChildren {
  if (!sources.includes(n)) return sourcesToCome ? <span class="mark">{n}</span> : `[${n}]`;
  return (
    <button type="button" class="mark" aria-label={labelOf(n)} onClick={() => onCitation(n)}>
      {n}
    </button>
  );
}
