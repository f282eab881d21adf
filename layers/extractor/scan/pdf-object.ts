/** An object of a PDF as its tokens say it. */
export interface PdfObject {
  /** Tokens with one blank between them: names without escapes, `()` for every string, no comments. */
  readonly text: string;
  /** Where its stream's keyword ends; absent for an object without a stream. */
  readonly streamAt?: number;
  /** How far it was read. */
  readonly end: number;
}

const TOKEN = /[\0\t\n\f\r ]+|%[^\r\n]*|<<|>>|\/[^\0\t\n\f\r ()<>[\]{}/%]*|[^\0\t\n\f\r ()<>[\]{}/%]+|[()<>[\]{}]/y;

const BEGINNINGS: ReadonlyMap<string, string> = new Map([
  ['>>', '<<'],
  [']', '['],
]);

/**
 * Reads one object the way readers of PDF do: what stands in strings and comments is none of it, a dictionary ends only
 * at its own `>>`, and a stream begins only behind a dictionary. It ends with `endobj`; one packed with others, which has
 * neither, with its value.
 */
export function readPdfObject(source: string, start: number, { isPacked } = { isPacked: false }): PdfObject {
  const tokens: string[] = [];
  const open: ('<<' | '[')[] = [];
  let at = start;
  while (at < source.length && !(isPacked && tokens.length > 0 && open.length === 0)) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(source)?.[0] ?? source.charAt(at);
    at += token.length;
    if (/^[\0\t\n\f\r %]/.test(token)) continue;
    if (token === '(' || token === '<') {
      at = token === '(' ? endOfString(source, at) : indexBehind('>', source, at);
      tokens.push('()');
      continue;
    }
    if (open.length === 0 && token === 'endobj') break;
    const isStream = open.length === 0 && token === 'stream' && tokens.at(-1) === '>>';
    if (isStream) return { text: tokens.join(' '), streamAt: at, end: at };
    if (token === '<<' || token === '[') open.push(token);
    else if (open.length > 0 && open.at(-1) === BEGINNINGS.get(token)) open.pop();
    tokens.push(token.startsWith('/') ? withoutEscapes(token) : token);
  }
  return { text: tokens.join(' '), end: at };
}

function indexBehind(mark: string, source: string, start: number): number {
  const index = source.indexOf(mark, start);
  return index === -1 ? source.length : index + 1;
}

/** Strings hold strings in brackets; a bracket behind a backslash is a letter. */
function endOfString(source: string, start: number): number {
  const marks = /[()\\]/g;
  marks.lastIndex = start;
  for (let depth = 1; ; ) {
    const mark = marks.exec(source)?.[0];
    if (mark === undefined) return source.length;
    if (mark === '\\') marks.lastIndex += 1;
    else depth += mark === '(' ? 1 : -1;
    if (depth === 0) return marks.lastIndex;
  }
}

/** `/J#61vaScript` is the same name as `/JavaScript`; a blank or mark within a name parts nothing. */
function withoutEscapes(name: string): string {
  if (!name.includes('#')) return name;
  return name.replace(/#([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)).replace(/[\0\s()<>[\]{}/%]/, '_'),
  );
}
