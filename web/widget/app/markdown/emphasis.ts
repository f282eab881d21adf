import type { Inline } from './syntax.ts';

/** A run of `*`, `_` or `~` that may begin or end emphasis. */
export interface Run {
  readonly kind: 'run';
  readonly sign: '*' | '_' | '~';
  readonly length: number;
  readonly opens: boolean;
  readonly closes: boolean;
}

export type Piece = Inline | Run;

/** Emphasis inside emphasis beyond this is dropped: it shows nothing more, and nests elements without end. */
const MAX_DEPTH = 6;

interface Placed {
  readonly inline: Inline;
  readonly depth: number;
}

interface Opener {
  readonly sign: Run['sign'];
  readonly place: number;
  length: number;
}

/** Pairs the runs, nearest first, and joins neighbouring texts. What finds no partner is the text it is. */
export function resolveEmphasis(pieces: readonly Piece[]): Inline[] {
  const out: Placed[] = [];
  const openers: Opener[] = [];
  const openOf = { '*': 0, _: 0, '~': 0 };
  const forget = (from: number) => {
    for (const { sign } of openers.splice(from)) openOf[sign] -= 1;
  };

  for (const piece of pieces) {
    if (piece.kind !== 'run') {
      out.push({ inline: piece, depth: 0 });
      continue;
    }
    let { length } = piece;
    while (length > 0 && piece.closes && openOf[piece.sign] > 0) {
      const at = openers.findLastIndex(({ sign }) => sign === piece.sign);
      const opener = openers[at];
      if (!opener) break;
      forget(at + 1); // Openers in between stay text.
      const used = Math.min(2, opener.length, length);
      wrap(out, opener.place + 1, piece.sign === '~' ? 'del' : used === 2 ? 'strong' : 'em');
      opener.length -= used;
      length -= used;
      out[opener.place] = asText(opener.sign.repeat(opener.length));
      if (opener.length === 0) forget(at);
    }
    if (length === 0) continue;
    if (piece.opens) {
      openers.push({ sign: piece.sign, place: out.length, length });
      openOf[piece.sign] += 1;
    }
    out.push(asText(piece.sign.repeat(length)));
  }
  return joined(out.map(({ inline }) => inline));
}

function wrap(out: Placed[], from: number, kind: 'strong' | 'em' | 'del'): void {
  const inside = out.splice(from);
  const depth = 1 + inside.reduce((deepest, each) => Math.max(deepest, each.depth), 0);
  if (depth > MAX_DEPTH) for (const each of inside) out.push(each);
  else out.push({ inline: { kind, children: joined(inside.map(({ inline }) => inline)) }, depth });
}

const asText = (text: string): Placed => ({ inline: { kind: 'text', text }, depth: 0 });

function joined(inlines: readonly Inline[]): Inline[] {
  const out: Inline[] = [];
  for (const inline of inlines) {
    const last = out.at(-1);
    if (inline.kind === 'text' && last?.kind === 'text')
      out[out.length - 1] = { kind: 'text', text: last.text + inline.text };
    else if (inline.kind !== 'text' || inline.text !== '') out.push(inline);
  }
  return out;
}
