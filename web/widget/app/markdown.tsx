import { marked, type Token, type Tokens } from 'marked';
import type { ComponentChildren, VNode } from 'preact';

/**
 * Markdown as elements, never as HTML text: only the kinds of token named here become anything, links only with
 * http(s), and pictures and raw HTML only as the text they are. So nothing in an answer can run or fetch.
 */
export function Markdown({ text, onCitation }: { text: string; onCitation: (n: number) => void }): VNode {
  return <>{blocks(marked.lexer(text, { gfm: true }), onCitation)}</>;
}

type OnCitation = (n: number) => void;

function blocks(tokens: readonly Token[], onCitation: OnCitation): ComponentChildren[] {
  return tokens.map((token) => block(token, onCitation));
}

function block(token: Token, onCitation: OnCitation): ComponentChildren {
  switch (token.type) {
    case 'heading':
      // Headings of an answer are not headings of the page: emphasis, without a place in its outline.
      return <p class="heading">{inlines(token.tokens, onCitation)}</p>;
    case 'paragraph':
      return <p dir="auto">{inlines(token.tokens, onCitation)}</p>;
    case 'text':
      return token.tokens ? inlines(token.tokens, onCitation) : withCitations(token.text, onCitation);
    case 'list':
      return list(token as Tokens.List, onCitation);
    case 'code':
      return (
        <pre dir="ltr" tabIndex={0}>
          <code>{token.text}</code>
        </pre>
      );
    case 'blockquote':
      return <blockquote>{blocks(token.tokens ?? [], onCitation)}</blockquote>;
    case 'table':
      return table(token as Tokens.Table, onCitation);
    case 'hr':
      return <hr />;
    case 'space':
      return null;
    default:
      return <p dir="auto">{token.raw}</p>;
  }
}

function list(token: Tokens.List, onCitation: OnCitation): VNode {
  const items = token.items.map((item) => <li dir="auto">{blocks(item.tokens, onCitation)}</li>);
  return token.ordered ? <ol start={Number(token.start) || 1}>{items}</ol> : <ul>{items}</ul>;
}

function table(token: Tokens.Table, onCitation: OnCitation): VNode {
  const cells = (row: readonly Tokens.TableCell[], Cell: 'th' | 'td') =>
    row.map((cell) => <Cell dir="auto">{inlines(cell.tokens, onCitation)}</Cell>);
  return (
    <div class="table" tabIndex={0}>
      <table>
        <thead>
          <tr>{cells(token.header, 'th')}</tr>
        </thead>
        <tbody>
          {token.rows.map((row) => (
            <tr>{cells(row, 'td')}</tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function inlines(tokens: readonly Token[] | undefined, onCitation: OnCitation): ComponentChildren[] {
  return (tokens ?? []).map((token) => inline(token, onCitation));
}

function inline(token: Token, onCitation: OnCitation): ComponentChildren {
  switch (token.type) {
    case 'strong':
      return <strong>{inlines(token.tokens, onCitation)}</strong>;
    case 'em':
      return <em>{inlines(token.tokens, onCitation)}</em>;
    case 'del':
      return <del>{inlines(token.tokens, onCitation)}</del>;
    case 'codespan':
      return <code dir="ltr">{token.text}</code>;
    case 'br':
      return <br />;
    case 'link':
      return link(token as Tokens.Link, onCitation);
    case 'escape':
      return token.text;
    case 'text':
      return token.tokens ? inlines(token.tokens, onCitation) : withCitations(token.text, onCitation);
    default:
      return token.raw; // Pictures, raw HTML and whatever a later version of the parser invents.
  }
}

function link(token: Tokens.Link, onCitation: OnCitation): ComponentChildren {
  if (!/^https?:\/\//i.test(token.href)) return inlines(token.tokens, onCitation);
  return (
    <a href={token.href} target="_blank" rel="noopener noreferrer nofollow">
      {inlines(token.tokens, onCitation)}
    </a>
  );
}

/** `[2]` in an answer is a button that opens the second source. */
function withCitations(text: string, onCitation: OnCitation): ComponentChildren[] {
  return text.split(/(\[\d{1,2}\])/).map((part) => {
    const n = /^\[(\d{1,2})\]$/.exec(part)?.[1];
    if (!n) return part;
    return (
      <button type="button" class="mark" onClick={() => onCitation(Number(n))}>
        {n}
      </button>
    );
  });
}
