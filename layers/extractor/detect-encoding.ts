import { type LatinEncoding, latinEncodingOf } from './latin-encodings.ts';

/** Encodings that text without any mark is written in, besides those of Unicode. */
type Encoding =
  | LatinEncoding
  | 'windows-1251'
  | 'koi8-r'
  | 'windows-1253'
  | 'shift_jis'
  | 'euc-jp'
  | 'euc-kr'
  | 'gb18030'
  | 'big5';

/** A script with large and small letters, and what its words of one or two letters look like. */
interface Cased {
  readonly encoding: Encoding;
  readonly script: 'Cyrillic' | 'Greek';
  readonly short: string;
}
const CYRILLIC = { script: 'Cyrillic', short: '[авикосуяеыАВИКОСУЯ]\\p{Script=Cyrillic}?' } as const;
const GREEK = { script: 'Greek', short: '\\p{Lu}?\\p{Script=Greek}{1,2}' } as const;

const SAMPLE_BYTES = 64 * 1024;
/** Where little speaks for an encoding, the text is taken for a Western one, as browsers do. */
const LEAST = 0.7;

/**
 * The likeliest encoding of a text that is no Unicode, by what its bytes would mean in each: letters where words are,
 * frequent characters rather than rare ones. One of the Latin ones where nothing else is likely.
 */
export function detectEncoding(bytes: Uint8Array): Encoding {
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  const scores: [Encoding, number][] = [
    ['euc-jp', kana(sample, 'euc-jp')],
    ['shift_jis', kana(sample, 'shift_jis')],
    ['euc-kr', pairs(sample, 'euc-kr', [0xb0, 0xc8], [0xa1, 0xfe])],
    ['gb18030', pairs(sample, 'gb18030', [0xb0, 0xd7], [0xa1, 0xfe]) - 0.02],
    ['big5', pairs(sample, 'big5', [0xa4, 0xc6], [0x40, 0xfe]) - 0.04],
    ['windows-1251', words(sample, { encoding: 'windows-1251', ...CYRILLIC }) - 0.01],
    ['koi8-r', words(sample, { encoding: 'koi8-r', ...CYRILLIC }) - 0.02],
    ['windows-1253', words(sample, { encoding: 'windows-1253', ...GREEK }) - 0.03],
  ];
  const [best] = scores.sort(([, one], [, other]) => other - one);
  return best !== undefined && best[1] >= LEAST ? best[0] : latinEncodingOf(sample);
}

/** The share of characters beyond ASCII that a Japanese text has, where it has kana as every Japanese text does. */
function kana(bytes: Uint8Array, encoding: 'euc-jp' | 'shift_jis'): number {
  const text = decode(bytes, encoding);
  const others = count(text, /[^\p{ASCII}]/gu);
  const syllables = count(text, /[\u3041-\u3096\u30a1-\u30fa]/g);
  if (syllables < others / 10) return 0;
  return (syllables + count(text, /[\u4e00-\u9fff\u3001-\u301f\u30fb-\u30fe\uff01-\uff5e]/g)) / others;
}

/** The share of pairs of bytes, the first beyond ASCII, that stand for frequent characters. */
function pairs(
  bytes: Uint8Array,
  encoding: Encoding,
  [lead, lastLead]: [number, number],
  [trail, lastTrail]: [number, number],
): number {
  let all = 0;
  let frequent = 0;
  for (let place = 0; place + 1 < bytes.length; place += 1) {
    const first = bytes[place] ?? 0;
    if (first < 0x80) continue;
    const second = bytes[place + 1] ?? 0;
    place += 1;
    // Punctuation of any of them stands in these rows, and says nothing.
    if (first >= 0xa1 && first <= 0xa3) continue;
    all += 1;
    if (first >= lead && first <= lastLead && second >= trail && second <= lastTrail) frequent += 1;
  }
  // A letter here and there beside ASCII makes pairs by chance, of which some mean nothing.
  const isMeant = count(decode(bytes, encoding), /\ufffd/g) <= all / 50;
  return all < 2 || !isMeant ? 0 : frequent / all;
}

/** The share of letters beyond ASCII that stand in words of a script: of more than two letters, small after the first. */
function words(bytes: Uint8Array, { encoding, script, short }: Cased): number {
  const text = decode(bytes, encoding);
  const whole = new RegExp(`^\\p{Script=${script}}+$`, 'u');
  const inWords = [...text.matchAll(/(?<!\p{L})(?:\p{Lu}?\p{Ll}{2,}|\p{Lu}{3,})(?!\p{L})/gu)]
    .filter(([word]) => whole.test(word))
    .reduce((sum, [word]) => sum + word.length, 0);
  const inShort = count(text, new RegExp(`(?<!\\p{L})${short}(?!\\p{L})`, 'gu'));
  return (inWords + inShort) / Math.max(1, count(text, /[^\p{ASCII}\p{P}\p{S}\p{Z}]/gu));
}

function decode(bytes: Uint8Array, encoding: Encoding): string {
  return new TextDecoder(encoding).decode(bytes);
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
