import { type Piece, resolveEmphasis } from './emphasis.ts';
import type { Inline } from './syntax.ts';
import { textOf } from './syntax.ts';
import { readBareAddress, readDestination, webAddress } from './web-address.ts';

const ESCAPABLE = /[!-/:-@[-`{-~]/;
const CITATIONS = /\[(\d{1,2}(?:, ?\d{1,2}){0,5})\](?!\()/y;
const ENTITY = /&(amp|lt|gt|quot|apos|nbsp|#39);/y;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };
const BREAK_TAG = /<br ?\/?>/iy;
const ANGLED = /<(https?:\/\/[^\s<>]{1,2000})>/iy;
const PLAIN = /[^\\`*_~[\]!<&h\n]+/y;

/** Reads the text inside a paragraph, heading or cell. */
export function readInlines(text: string): Inline[] {
  return new InlineReader(text).read();
}

class InlineReader {
  readonly #text: string;
  #at = 0;
  #pieces: Piece[] = [];
  /** Places of `[` that may begin a link, with whether it is a picture. */
  readonly #brackets: { readonly piece: number; readonly picture: boolean }[] = [];
  /** Lengths of backtick runs that have no partner any more: looked for once only. */
  readonly #unclosed = new Set<number>();

  constructor(text: string) {
    this.#text = text;
  }

  read(): Inline[] {
    while (this.#at < this.#text.length) this.#step(this.#text[this.#at] ?? '');
    return resolveEmphasis(this.#pieces);
  }

  #step(sign: string): void {
    const next = this.#text[this.#at + 1];
    if (sign === '\\') this.#escape();
    else if (sign === '`') this.#codeSpan();
    else if (sign === '*' || sign === '_' || sign === '~') this.#delimiters(sign);
    else if (sign === '[') this.#openBracket(false);
    else if (sign === '!' && next === '[') this.#openBracket(true);
    else if (sign === ']') this.#closeBracket();
    else if (sign === '\n') this.#newline();
    else if (sign !== '&' || !this.#entity()) {
      if ((sign !== '<' && sign !== 'h') || !this.#tagOrAddress()) this.#literal(this.#match(PLAIN)?.[0].length ?? 1);
    }
  }

  #entity(): boolean {
    const entity = this.#match(ENTITY);
    if (entity) this.#add({ kind: 'text', text: ENTITIES[entity[1] ?? ''] ?? "'" }, entity[0].length);
    return entity !== null;
  }

  /** Of tags only the line break is known, which models write into cells. */
  #tagOrAddress(): boolean {
    const tag = this.#match(BREAK_TAG);
    if (tag) {
      this.#add({ kind: 'break' }, tag[0].length);
      return true;
    }
    const angled = this.#match(ANGLED);
    const text = angled?.[1] ?? readBareAddress(this.#text, this.#at);
    const href = text && webAddress(text);
    if (!href) return false;
    this.#add({ kind: 'link', href, children: [{ kind: 'text', text }] }, angled?.[0].length ?? text.length);
    return true;
  }

  #escape(): void {
    const next = this.#text[this.#at + 1] ?? '';
    if (next === '\n') this.#add({ kind: 'break' }, 2);
    else if (ESCAPABLE.test(next)) this.#add({ kind: 'text', text: next }, 2);
    else this.#literal(1);
  }

  #codeSpan(): void {
    const ticks = this.#runLength('`');
    const close = this.#unclosed.has(ticks) ? -1 : this.#closingTicks(ticks);
    if (close === -1) {
      this.#unclosed.add(ticks);
      this.#literal(ticks);
      return;
    }
    const inside = this.#text.slice(this.#at + ticks, close).replaceAll('\n', ' ');
    const padded = inside.startsWith(' ') && inside.endsWith(' ') && inside.trim() !== '';
    this.#add({ kind: 'code', text: padded ? inside.slice(1, -1) : inside }, close + ticks - this.#at);
  }

  #closingTicks(ticks: number): number {
    for (let at = this.#text.indexOf('`', this.#at + ticks); at !== -1; at = this.#text.indexOf('`', at)) {
      let end = at;
      while (this.#text[end] === '`') end += 1;
      if (end - at === ticks) return at;
      at = end;
    }
    return -1;
  }

  #delimiters(sign: '*' | '_' | '~'): void {
    const length = this.#runLength(sign);
    const before = this.#text[this.#at - 1] ?? ' ';
    const after = this.#text[this.#at + length] ?? ' ';
    const inWord = sign === '_';
    const opens = !/\s/.test(after) && !(inWord && /[\p{L}\p{N}]/u.test(before));
    const closes = !/\s/.test(before) && !(inWord && /[\p{L}\p{N}]/u.test(after));
    if (sign === '~' && length !== 2) {
      this.#literal(length); // "~5 minutes" strikes nothing out.
      return;
    }
    this.#pieces.push({ kind: 'run', sign, length, opens, closes });
    this.#at += length;
  }

  #openBracket(picture: boolean): void {
    const citations = picture ? null : this.#match(CITATIONS);
    if (citations) {
      for (const n of (citations[1] ?? '').split(',')) this.#pieces.push({ kind: 'citation', n: Number(n) });
      this.#at += citations[0].length;
      return;
    }
    this.#brackets.push({ piece: this.#pieces.length, picture });
    this.#literal(picture ? 2 : 1);
  }

  /** A link keeps its text, a picture becomes its description; neither is ever fetched. */
  #closeBracket(): void {
    const bracket = this.#brackets.pop();
    const target = bracket && readDestination(this.#text, this.#at + 1);
    if (!bracket || !target) {
      this.#literal(1);
      return;
    }
    const children = resolveEmphasis(this.#pieces.splice(bracket.piece).slice(1));
    const href = bracket.picture ? undefined : webAddress(target.address);
    const label: Inline[] = [{ kind: 'text', text: textOf(children) }];
    if (href) this.#brackets.length = 0; // A link holds no other.
    if (href) this.#pieces.push({ kind: 'link', href, children: label });
    else this.#pieces.push(...(bracket.picture ? label : children));
    this.#at = target.end;
  }

  #newline(): void {
    const last = this.#pieces.at(-1);
    const hard = last?.kind === 'text' && last.text.endsWith('  ');
    this.#add(hard ? { kind: 'break' } : { kind: 'text', text: '\n' }, 1);
  }

  #runLength(sign: string): number {
    let end = this.#at;
    while (this.#text[end] === sign) end += 1;
    return end - this.#at;
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    return pattern.exec(this.#text);
  }

  #literal(length: number): void {
    this.#add({ kind: 'text', text: this.#text.slice(this.#at, this.#at + length) }, length);
  }

  #add(inline: Inline, length: number): void {
    this.#pieces.push(inline);
    this.#at += length;
  }
}
