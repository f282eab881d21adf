export interface Token {
  readonly kind: 'name' | 'number' | 'string' | 'parameter' | 'sign' | 'end';
  readonly text: string;
}

const TOKEN =
  /\s+|--[^\n]*|'(?<string>(?:[^']|'')*)'|"(?<quoted>[^"]*)"|\$(?<parameter>\d+)|(?<number>\d+(?:\.\d+)?)|(?<name>[a-z_][a-z_0-9]*)|(?<sign>::|<>|<=|>=|\|\||@>|[-+*/=<>(),.[\]^])/gy;

/** @throws Error for what this dialect does not have */
export function tokensOf(sql: string): readonly Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (let at = 0; at < sql.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const groups = TOKEN.exec(sql)?.groups;
    if (!groups) throw new Error(`the model does not know this SQL: ${sql.slice(at, at + 40)}`);
    const { string, quoted, parameter, number, name, sign } = groups;
    if (string !== undefined) tokens.push({ kind: 'string', text: string.replaceAll("''", "'") });
    else if (parameter !== undefined) tokens.push({ kind: 'parameter', text: parameter });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if ((name ?? quoted) !== undefined) tokens.push({ kind: 'name', text: name ?? quoted ?? '' });
    else if (sign !== undefined) tokens.push({ kind: 'sign', text: sign });
  }
  return [...tokens, { kind: 'end', text: '' }];
}

/** Walks over the tokens of one statement. */
export class TokenReader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(sql: string) {
    this.#tokens = tokensOf(sql);
  }

  peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)] as Token;
  }

  next(): Token {
    const token = this.peek();
    this.#at += 1;
    return token;
  }

  /** Whether these words come next; they are then behind us. */
  take(...words: readonly string[]): boolean {
    const there = words.every((word, ahead) => {
      const token = this.peek(ahead);
      return token.text === word && (token.kind === 'name' || token.kind === 'sign');
    });
    if (there) this.#at += words.length;
    return there;
  }

  expect(...words: readonly string[]): void {
    if (!this.take(...words)) throw new Error(`the model expected ${words.join(' ')} before ${this.rest()}`);
  }

  name(): string {
    const token = this.next();
    if (token.kind !== 'name') throw new Error(`the model expected a name before ${this.rest()}`);
    return token.text;
  }

  rest(): string {
    return this.#tokens
      .slice(this.#at - 1, this.#at + 12)
      .map((token) => token.text)
      .join(' ');
  }
}
