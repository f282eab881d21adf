/** What browsers and address bars take for the full stop of a name. */
const STOPS = /[。｡．․﹒]/gu;
/** What people do, between two letters of ours or two digits; elsewhere it lists, multiplies and adorns. */
const MARKS = '‧∙⸳·・･⋅•●⸱ꞏ۔܁܂ꓸ᛫ᐧ٠۰';
/** Endings of sites, and of words in French that mean everyone: `développeur·se·s`. */
const INCLUSIVE = '(?:(?:es|se|ve|ne|re)(?![\\p{L}\\p{N}/:])|[a-z]*[à-ÿ])';
const MARK_WITHIN = new RegExp(
  `(?<=[\\p{Script=Latin}\\p{Nd}])[${MARKS}](?!${INCLUSIVE})(?=\\p{Script=Latin}{2}|[\\p{Script=Latin}\\p{Nd}]+[.${MARKS}]|\\p{Nd})`,
  'gu',
);
/** Two letters in Catalan, as in cel·la. */
const DOUBLE_L = /(?<=\p{L}l)·(?=l(?:a|egals?)(?!\p{L}))/giu;
/** For those who must not follow it: `evil[.]com`. */
const IN_BRACKETS =
  /["'”’»]\.["'“‘«]|[[({<]\s?(?:[.。．]|dot|punkt|punto|point|ponto)\s?[\])}>]|(?<=[\p{L}\p{N}])\[\.(?=\p{L})|(?<=[\p{L}\p{N}])\.\](?=\p{L})/giu;

/** The words for it; behind each only endings that are no words of its language. */
const ANYWHERE = 'com|net|org|biz|xyz|onion|example|io|eu|ru|cn|uk';
const SPELLED: Readonly<Record<string, string>> = {
  dot: `${ANYWHERE}|info|edu|gov|co|de|fr|ch|jp|nl|pl|br|dev|icu|ai|tv|ly|gg`,
  punkt: `${ANYWHERE}|info|dev|de|at|ch|fr`,
  point: `${ANYWHERE}|fr|be|ch`,
  punto: `${ANYWHERE}|co|it|mx|ar|cl`,
  ponto: `${ANYWHERE}|br|pt`,
  kropka: `${ANYWHERE}|pl`,
  точка: `${ANYWHERE}|ком|ру|рф|нет`,
  点: `${ANYWHERE}|co|tv|ai|top|vip`,
  點: `${ANYWHERE}|co|tv|tw|hk`,
};
const ENDINGS = new Map(
  Object.entries(SPELLED).map(([word, endings]) => [word, new RegExp(`^(?:${endings})$`, 'i')] as const),
);
const JOINED = new RegExp(
  Object.entries(SPELLED)
    .map(([word, endings]) => `(?<=[\\p{L}\\p{N}])[-_|~]${word}[-_|~](?=(?:${endings})(?![\\p{L}\\p{N}]))`)
    .join('|'),
  'giu',
);
const IN_CAPITALS = new RegExp(`(?<=[a-z0-9])DOT(?=(?:${SPELLED.dot})(?![\\p{L}\\p{N}]))`, 'gu');

const SPELLS = /dot|punkt|punto|point|ponto|kropka|точка/i;
const ASCII = /^[\0-\x7F]*$/;

/** Where one of them may have come: such a run waits for its end. */
export const MAY_BE_STOP = `[^\\p{Lo}\\s][。｡．․﹒${MARKS}]|[。｡．․﹒${MARKS}][\\p{Ll}\\p{Lu}]|[-_|~](?:dot|pun|poi|pon|kro|точ)`;

/** A run with a full stop for every other way of writing one. */
export function withFullStops(run: string): string {
  // First: a full stop of Chinese between two quotations ends a sentence.
  const inOne = run.replaceAll(IN_BRACKETS, '.');
  const plain = ASCII.test(inOne)
    ? inOne
    : inOne.replaceAll(STOPS, '.').replaceAll(DOUBLE_L, '').replaceAll(MARK_WITHIN, '.');
  return SPELLS.test(plain) ? plain.replaceAll(JOINED, '.').replaceAll(IN_CAPITALS, '.') : plain;
}

/** Which endings follow where this word stands for a full stop: `evil dot com`. */
export function endingsBehind(word: string): RegExp | undefined {
  return ENDINGS.get(
    word
      .replaceAll('0', 'o')
      .replaceAll(/[^\p{L}]/gu, '')
      .toLowerCase(),
  );
}
