export type Tell = (secret: string) => string;

const WORDS = /[\p{L}\p{M}\p{N}]+/gu;
export const wordsOf = (secret: string) => secret.match(WORDS) ?? [];
export const perWord = (change: (word: string, place: number) => string, between = ' '): Tell => {
  return (secret) => wordsOf(secret).map(change).join(between);
};
export const perLetter = (change: (letter: string) => string): Tell => {
  return (secret) => [...secret].map((letter) => (/[a-z]/i.test(letter) ? change(letter) : letter)).join('');
};
export const base64 = (text: string) => Buffer.from(text).toString('base64');
export const inPieces = (text: string, size: number, between: string) =>
  (text.match(new RegExp(`.{1,${size}}`, 'gs')) ?? []).join(between);
export const byTable = (table: Readonly<Record<string, string>>) =>
  perLetter((letter) => table[letter.toLowerCase()] ?? letter);
/** Letters of an alphabet somewhere else, in its order. */
export const alphabetAt = (capital: number, small = capital) =>
  perLetter((letter) => {
    const place = letter.toLowerCase().charCodeAt(0) - 97;
    return String.fromCodePoint((letter < 'a' ? capital : small) + place);
  });
export const moved = (by: number) =>
  perLetter((letter) => {
    const first = letter < 'a' ? 65 : 97;
    return String.fromCharCode(((letter.charCodeAt(0) - first + by) % 26) + first);
  });
export const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase();

export const ALPHABET = 'abcdefghijklmnopqrstuvwxyz';
export const BRAILLE = '⠁⠃⠉⠙⠑⠋⠛⠓⠊⠚⠅⠇⠍⠝⠕⠏⠟⠗⠎⠞⠥⠧⠺⠭⠽⠵';
export const TURNED = 'ɐqɔpǝɟƃɥᴉɾʞlɯuodbɹsʇnʌʍxʎz';
export const SPELLED =
  'alfa bravo charlie delta echo foxtrot golf hotel india juliett kilo lima mike november oscar papa quebec romeo sierra tango uniform victor whiskey xray yankee zulu'.split(
    ' ',
  );
export const MORSE =
  '.- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- -..- -.-- --..'.split(
    ' ',
  );
export const base32 = (text: string) => {
  const bits = [...Buffer.from(text)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const signs = bits.match(/.{5}/g) ?? [];
  return signs.map((five) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.charAt(Number.parseInt(five, 2))).join('');
};
