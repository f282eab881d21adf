/**
 * Words that carry grammar, not subject, of the languages most documents are written in. Leaving them out is what
 * lets feature hashing compare a short question with a long passage.
 */
const STOP_WORDS = new Set(
  [
    'a an the and or but if so as of at by for from in into on onto to with without about over under up down out off',
    'is are was were be been being am do does did done have has had having can could may might must shall should will',
    'would i me my mine we us our ours you your yours he him his she her hers it its they them their theirs this that',
    'these those there here who whom whose what which when where why how not no nor only just also too very more most',
    'much many some any all each every other such than then please tell know want need get let say give show explain',
    'der die das den dem des ein eine einen einem einer und oder aber ist sind war waren sein bin hat haben kann ich',
    'du sie wir ihr es mein dein unser euer nicht kein wie wo wann warum wer mit ohne von zu zum zur im am auf aus bei',
    'fur uber unter nach vor man auch noch nur dass wird werden gibt',
    'le la les un une des du de et ou mais est sont etait etre ai as avez ont je tu il elle nous vous ils elles mon ma',
    'mes ton ta tes son sa ses notre votre leur ce cet cette ces que qui quoi dont comment quand pourquoi combien dans',
    'sur sous avec sans pour par pas ne plus au aux en quel quelle quels quelles',
    'el los las uno unos unas y o pero es son era fue ser estar esta estan yo tu ella nosotros ustedes mi su sus este',
    'estos estas como cuando donde cual cuales cuanto cuantos por para con sin no se lo al del muy mas hay',
    'il lo gli i uno e ed ma sono era essere ho hai ha abbiamo io lui lei noi voi loro mio tuo suo questo questa che',
    'chi cosa come quando dove perche quanto quanti con per tra fra non si di da nel nella al alla del della',
    'os um uma uns umas mas sao ser estar eu ele ela voce seu sua este esta quem onde quando porque quanto com sem em',
    'no na nos nas do da dos das ao aos nao se',
    'de het een en of maar zijn was ik jij hij zij wij jullie mijn dit dat wat wie waar wanneer waarom hoe met zonder',
    'van voor naar niet geen ook te op',
  ]
    .join(' ')
    .split(' '),
);

/** Longest first; a rule leaves at least four letters, so that short words stay what they are. */
const SUFFIXES = [
  'isations izations ements ungen ations ation ingly ments ences ances ement ingen',
  'ings edly ness ment ence ance tion sion ungs ions iers ies ied ing ers est ung ion ful',
  'ed es er en ly em ez as os ar ir is s e n a o i y',
]
  .join(' ')
  .split(' ');

const WORD = /[\p{L}\p{M}\p{N}]+(?:['’][\p{L}]+)*/gu;
/** Scripts that put no space between words. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u;

/** Stems of the words that carry meaning, in order, repeats included; pairs of characters where nothing is spaced. */
export function stemsOf(text: string): string[] {
  const stems: string[] = [];
  for (const [raw] of text.normalize('NFKC').toLowerCase().matchAll(WORD)) {
    if (UNSPACED.test(raw)) {
      stems.push(...pairs(raw));
      continue;
    }
    const word = bare(raw);
    if (word !== '' && !STOP_WORDS.has(word)) stems.push(stem(word));
  }
  return stems;
}

/** The part of a word that its inflections share, roughly, in any language with suffixes. */
export function stem(word: string): string {
  if (/\d/.test(word)) return word;
  let rest = word;
  for (let round = 0; round < 2; round += 1) {
    const suffix = SUFFIXES.find((each) => rest.length - each.length >= 4 && rest.endsWith(each));
    if (!suffix) break;
    rest = rest.slice(0, -suffix.length);
  }
  return rest.replace(/(.)\1$/, '$1');
}

/** `_word_` in pieces of three characters: what keeps a typing error near the word it was meant to be. */
export function trigramsOf(word: string): string[] {
  const padded = `_${word}_`;
  const pieces: string[] = [];
  for (let start = 0; start + 3 <= padded.length; start += 1) pieces.push(padded.slice(start, start + 3));
  return pieces;
}

function bare(raw: string): string {
  const unaccented = raw.normalize('NFD').replaceAll(/\p{M}/gu, '').normalize('NFC');
  // l'été, what's: the part after or before the apostrophe is grammar.
  const [head = '', tail = ''] = unaccented.split(/['’]/);
  if (tail === '') return head;
  return head.length <= 2 ? tail : head;
}

function pairs(run: string): string[] {
  const characters = [...run];
  if (characters.length === 1) return characters;
  return characters.slice(0, -1).map((character, place) => character + characters[place + 1]);
}
