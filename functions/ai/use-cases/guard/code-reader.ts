import { letterOf, NONE } from './letter-signs.ts';

/** The ways of writing letters as figures or codes, each followed by itself. */
export const CODES = ['decimal', 'hexadecimal', 'octal', 'bits', 'base64', 'morse'] as const;
export type Code = (typeof CODES)[number];

/** Looked at in parts of so many characters, a multiple of what each code needs for a letter. */
const MAX_TOKEN = 64;
const PREFIX = /^(?:0x|x|u0{0,2}(?=[0-9a-f]{2}$))/i;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

const MORSE = new Map(
  '.- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- -..- -.-- --..'
    .split(' ')
    .map((signs, place) => [signs, place + 1] as const),
);
const MAX_MORSE = 6;

export interface CodeReader {
  read(code: number): void;
  end(): void;
}

/** Hears the letters that are written as the numbers of their bytes, by their place in the alphabet, or in base64. */
export function codeReader(hear: (code: Code, letter: number) => void): CodeReader {
  let token = '';
  let bits = '';
  let strokes = '';

  const hearBits = (said: string) => {
    if (said.length === 7) return hearByte('bits', Number.parseInt(said, 2));
    bits += said;
    for (; bits.length >= 8; bits = bits.slice(8)) hearByte('bits', Number.parseInt(bits.slice(0, 8), 2));
  };
  const hearByte = (code: Code, byte: number) => {
    const letter = byte < 0x80 ? letterOf(byte) : NONE;
    if (letter !== NONE) hear(code, letter);
  };
  const end = () => {
    const said = token;
    token = '';
    if (said.length < 4 && !/^[0-9a-fux]/i.test(said)) return;
    const digits = said.replace(PREFIX, '');
    if (/^\d{1,3}$/.test(said)) {
      const number = Number(said);
      if (number >= 1 && number <= 26) hear('decimal', number);
      else hearByte('decimal', number);
      if (/^[01][0-7]{2}$/.test(said)) hearByte('octal', Number.parseInt(said, 8));
    }
    if (/^[01]{4,}$/.test(said)) hearBits(said);
    if (digits.length % 2 === 0 && /^[0-9a-f]+$/i.test(digits)) {
      for (const [pair] of digits.matchAll(/../g)) hearByte('hexadecimal', Number.parseInt(pair, 16));
    }
    for (const byte of fromBase64(said)) hearByte('base64', byte);
  };
  const readMorse = (code: number) => {
    if (code === 0x2e || code === 0x2d) {
      if (strokes.length < MAX_MORSE) strokes += String.fromCharCode(code);
    } else if (strokes !== '') {
      const letter = MORSE.get(strokes);
      strokes = '';
      if (letter !== undefined) hear('morse', letter);
    }
  };
  return {
    read(code) {
      readMorse(code);
      const small = code | 0x20;
      const isTold = (code >= 0x30 && code <= 0x39) || (code < 0x80 && small >= 0x61 && small <= 0x7a);
      if (isTold) token += String.fromCharCode(code);
      if (token !== '' && (!isTold || token.length >= MAX_TOKEN)) end();
    },
    end,
  };
}

/** The bytes, or none where they are no text: most words are given up at their first letter. */
function fromBase64(said: string): number[] {
  const bytes: number[] = [];
  if (said.length < 4) return bytes;
  let value = 0;
  let width = 0;
  for (const sign of said) {
    value = ((value << 6) | ALPHABET.indexOf(sign)) & 0xffff;
    width += 6;
    if (width < 8) continue;
    width -= 8;
    const byte = (value >> width) & 0xff;
    if (byte < 0x20 || byte > 0x7e) return [];
    bytes.push(byte);
  }
  return bytes;
}
