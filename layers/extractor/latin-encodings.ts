export type LatinEncoding = 'windows-1252' | 'windows-1250' | 'iso-8859-2' | 'windows-1254' | 'windows-1257';

/** The letters beyond ASCII of languages that are written in each, the likeliest encoding first. */
const ALPHABETS: readonly (readonly [LatinEncoding, readonly string[]])[] = [
  [
    'windows-1252',
    [
      'äöüß', // German
      'àâæçéèêëîïôœùûüÿ', // French
      'áéíñóúü¡¿ªº', // Spanish
      'ãõáâàçéêíóôúüªº', // Portuguese
      'àèéìíîòóùú', // Italian
      'åäöæøéü', // the languages of Scandinavia
      'áéíóúýðþæö', // Icelandic
      'éëïóöüáèàçíòú·', // Dutch, Catalan
    ],
  ],
  ['windows-1250', ['ąćęłńóśźż', 'áčďéěíňóřšťúůýž', 'áäčďéíĺľňóôŕšťúýž', 'áéíóöőúüű', 'ăâîşţ', 'čćđšž']],
  ['iso-8859-2', ['ąćęłńóśźż', 'áčďéěíňóřšťúůýž', 'áäčďéíĺľňóôŕšťúýž', 'áéíóöőúüű', 'ăâîşţ', 'čćđšž']],
  ['windows-1254', ['çğıöşüâîû']],
  ['windows-1257', ['ąčęėįšųūž', 'āčēģīķļņšūž', 'äõöüšž']],
];
/** Marks that a text of any language has. */
const NEUTRAL = /[\p{ASCII}\u00a0\u00ad«»“”„‚‘’‹›–—…•°§©®™€£†‡½¼¾×±µ]/u;
/** So much better has each encoding to be than those before it. */
const MARGIN = 0.03;

/** The encoding in which most letters of a text are those of one language. */
export function latinEncodingOf(sample: Uint8Array): LatinEncoding {
  let best: { encoding: LatinEncoding; share: number } = { encoding: 'windows-1252', share: 0 };
  for (const [encoding, alphabets] of ALPHABETS) {
    const share = shareOfLetters(new TextDecoder(encoding).decode(sample), alphabets);
    if (share > best.share + (encoding === 'windows-1252' ? 0 : MARGIN)) best = { encoding, share };
  }
  return best.encoding;
}

function shareOfLetters(text: string, alphabets: readonly string[]): number {
  const counts = new Map<string, number>();
  let all = 0;
  for (const character of text.replaceAll('İ', 'ı').toLowerCase()) {
    if (NEUTRAL.test(character)) continue;
    counts.set(character, (counts.get(character) ?? 0) + 1);
    all += 1;
  }
  const known = (alphabet: string) => [...alphabet].reduce((sum, letter) => sum + (counts.get(letter) ?? 0), 0);
  return all === 0 ? 0 : Math.max(...alphabets.map(known)) / all;
}
