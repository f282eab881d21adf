/** Encodings that text without any mark is written in, besides those of Unicode. */
type Encoding = 'windows-1252' | 'windows-1251' | 'koi8-r' | 'shift_jis' | 'euc-jp' | 'euc-kr' | 'gb18030' | 'big5';

const SAMPLE_BYTES = 64 * 1024;
/** Where little speaks for an encoding, the text is taken for a Western one, as browsers do. */
const LEAST = 0.7;

/**
 * The likeliest encoding of a text that is no Unicode, by what its bytes would mean in each: letters where words are,
 * frequent characters rather than rare ones. Windows-1252, the superset of Latin-1, where nothing else is likely.
 */
export function detectEncoding(bytes: Uint8Array): Encoding {
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  const scores: [Encoding, number][] = [
    ['euc-jp', kana(sample, 'euc-jp')],
    ['shift_jis', kana(sample, 'shift_jis')],
    ['euc-kr', pairs(sample, [0xb0, 0xc8], [0xa1, 0xfe])],
    ['gb18030', pairs(sample, [0xb0, 0xd7], [0xa1, 0xfe]) - 0.02],
    ['big5', pairs(sample, [0xa4, 0xc6], [0x40, 0xfe]) - 0.04],
    ['windows-1251', words(sample, 'windows-1251') - 0.01],
    ['koi8-r', words(sample, 'koi8-r') - 0.02],
  ];
  const [best] = scores.sort(([, one], [, other]) => other - one);
  return best !== undefined && best[1] >= LEAST ? best[0] : 'windows-1252';
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
function pairs(bytes: Uint8Array, [lead, lastLead]: [number, number], [trail, lastTrail]: [number, number]): number {
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
  return all < 2 ? 0 : frequent / all;
}

/** The share of letters beyond ASCII that stand in Cyrillic words: of more than two letters, small after the first. */
function words(bytes: Uint8Array, encoding: 'windows-1251' | 'koi8-r'): number {
  const text = decode(bytes, encoding);
  const inWords = [...text.matchAll(/(?<!\p{L})(?:\p{Lu}?\p{Ll}{2,}|\p{Lu}{3,})(?!\p{L})/gu)]
    .filter(([word]) => /^\p{Script=Cyrillic}+$/u.test(word))
    .reduce((sum, [word]) => sum + word.length, 0);
  const short = count(text, /(?<!\p{L})[авикосуяеыАВИКОСУЯ]\p{Script=Cyrillic}?(?!\p{L})/gu);
  return (inWords + short) / Math.max(1, count(text, /[^\p{ASCII}\p{P}\p{S}\p{Z}]/gu));
}

function decode(bytes: Uint8Array, encoding: Encoding): string {
  return new TextDecoder(encoding).decode(bytes);
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
