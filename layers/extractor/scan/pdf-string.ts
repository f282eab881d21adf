const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['b', '\b'],
  ['f', '\f'],
]);

/** The bytes of the string that begins at `at` of an object's source, written in either way; empty where none does. */
export function readPdfString(source: string, at: number): Buffer {
  if (source.charAt(at) === '<') {
    const digits = source.slice(at + 1, source.indexOf('>', at)).replace(/[^0-9A-Fa-f]/g, '');
    return Buffer.from(digits.length % 2 === 0 ? digits : `${digits}0`, 'hex');
  }
  return source.charAt(at) === '(' ? readLiteral(source, at + 1) : Buffer.alloc(0);
}

function readLiteral(source: string, start: number): Buffer {
  const part = /\\([0-7]{1,3})|\\(\r\n?|\n)|\\([\s\S])|([()])|[^\\()]+/g;
  part.lastIndex = start;
  let text = '';
  let depth = 0;
  for (let match = part.exec(source); match; match = part.exec(source)) {
    const [whole, octal, brokenLine, letter, bracket] = match;
    if (bracket === ')' && depth === 0) break;
    if (bracket !== undefined) depth += bracket === '(' ? 1 : -1;
    if (octal !== undefined) text += String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
    else if (letter !== undefined) text += ESCAPES.get(letter) ?? letter;
    else if (brokenLine === undefined) text += whole;
  }
  return Buffer.from(text, 'latin1');
}
