/** Signs that show a letter of ours, also upside down or in braille, and that no normalisation turns into it, by that letter. */
const LOOK_ALIKES: Readonly<Record<string, string>> = {
  a: 'аαɑᴀꓮᎪΑɐ⠁',
  b: 'вьβʙꓐᏴΒ⠃',
  c: 'сᴄϲꓚᏟɔ⠉',
  d: 'ԁđɖᴅꓓᎠ⠙',
  e: 'еεєᴇꓰᎬΕǝ⠑',
  f: 'ƒꜰꓝɟ⠋',
  g: 'ɡցɢꓖᏀƃ⠛',
  h: 'һհħʜнꓧᎻΗɥ⠓',
  i: 'іıιɩɪꓲᎥΙᴉ⠊',
  j: 'јᴊꓙᎫɾ⠚',
  k: 'кκᴋꓗᏦΚʞ⠅',
  l: 'łӏʟꓡᏞ⠇',
  m: 'мᴍꓟᎷΜɯ⠍',
  n: 'ոɴпηꓠΝ⠝',
  o: 'оοօøᴏꓳΟσ⠕',
  p: 'рρᴘꓑᏢΡ⠏',
  q: 'ԛզǫ⠟',
  r: 'гʀꓣᎡɹ⠗',
  s: 'ѕꜱꓢᏚß⠎',
  t: 'тτᴛꓔᎢΤʇ⠞',
  u: 'սυᴜꓴμ⠥',
  v: 'νѵᴠꓦᏙʌ⠧',
  w: 'ԝωᴡꓪᎳʍ⠺',
  x: 'хχꓫΧ⠭',
  y: 'уүγʏꓬΥʎ⠽',
  z: 'ᴢꓜᏃΖ⠵',
};
const DRAWN_LIKE = new Map(
  Object.entries(LOOK_ALIKES).flatMap(([letter, signs]) => [...signs].map((sign) => [sign, letter] as const)),
);
/** Flags' letters and white letters on dark ground: a first one, from which they follow as in the alphabet. */
const ALPHABETS = [0x1f1e6, 0x1f150, 0x1f170];
/** Digits and marks that stand for a letter where words are disguised. */
const DISGUISES: Readonly<Record<string, string>> = {
  ...{ '0': 'o', '1': 'i', '2': 'z', '3': 'e', '4': 'a', '5': 's', '6': 'g', '7': 't', '8': 'b', '9': 'g' },
  ...{ '@': 'a', $: 's', '!': 'i', '|': 'l', '€': 'e', '£': 'l', '+': 't' },
};

/** No letter. */
export const NONE = 0;
export const LATIN = 26;
const MAX_KNOWN = 4_096;
const known = new Map<number, number>();

/**
 * The letter that a character shows, whatever its case, script, width and marks: 1 to 26 for a to z, and for those of
 * other scripts a number above. `NONE` for what is no letter.
 */
export function letterOf(code: number): number {
  if (code < 0x80) {
    const small = code | 0x20;
    return small >= 0x61 && small <= 0x7a ? small - 0x60 : NONE;
  }
  let letter = known.get(code);
  if (letter === undefined) {
    letter = lookUp(code);
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(code, letter);
  }
  return letter;
}

/** Whether a letter is a syllable or a word: of those fewer tell as much. */
export function isWhole(letter: number): boolean {
  return letter >= LATIN + 0x2e80;
}

/** The same where digits and a few marks stand for letters. */
export function disguisedLetterOf(code: number): number {
  return letterOf(code) || (DISGUISED.get(code) ?? NONE);
}

const DISGUISED = new Map(
  Object.entries(DISGUISES).map(([sign, letter]) => [sign.charCodeAt(0), letterOf(letter.charCodeAt(0))]),
);

/** A sign that shows a letter of ours as that letter, in small; any other as it is. */
export function drawnPlainly(sign: string): string {
  const letter = letterOf(sign.codePointAt(0) ?? 0);
  return letter === NONE || letter > LATIN ? sign : String.fromCharCode(letter + 0x60);
}

function lookUp(code: number): number {
  for (const first of ALPHABETS) if (code >= first && code < first + LATIN) return code - first + 1;
  const sign = String.fromCodePoint(code);
  // Of a syllable in Korean NFKD leaves the first sound.
  if (/\p{Script=Hangul}/u.test(sign)) return LATIN + code;
  const plain = drawnLike(sign) ?? [...sign.normalize('NFKD').toLowerCase()].find((each) => /\p{L}/u.test(each));
  if (plain === undefined) return NONE;
  const letter = drawnLike(plain) ?? plain;
  return /^[a-z]/.test(letter) ? letter.charCodeAt(0) - 0x60 : LATIN + (letter.codePointAt(0) ?? 0);
}

function drawnLike(sign: string): string | undefined {
  return DRAWN_LIKE.get(sign) ?? DRAWN_LIKE.get(sign.toLowerCase());
}
