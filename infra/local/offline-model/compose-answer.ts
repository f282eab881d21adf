import { isLight } from './light-words.ts';
import { type PassageSentence, sentencesOf } from './passage-sentences.ts';
import type { ReadPrompt } from './read-prompt.ts';
import { conceptsOf } from './synonyms.ts';
import { stemsOf, trigramsOf } from './words.ts';

/** What the prompt asks for when the passages do not answer. */
const NO_ANSWER = 'NOT_IN_SOURCES';

/** The share of the question's weight that the best sentence, with its surroundings, must carry. */
const ENOUGH = 0.41;
const MAX_SENTENCES = 3;
/** How near the best one a further sentence must come. */
const NEARLY = 0.85;

/** What a word is worth that stands elsewhere than in the sentence itself. */
const IN_HEADING = 0.8;
const BESIDE = 0.55;
/** … or is only alike. */
const SYNONYM = 0.8;
const PART = 0.75;
/** … or goes with any subject. */
const LIGHT = 0.35;

const QUANTITY = /\bhow (much|many|long|often|far|old|big|tall|large|high|soon|fast|wide|deep|late|early)\b/gi;
/** What is asked for without being named. */
const ASKS_FOR_PRICE = /\bhow much (is|are|for|do|does|would|will)\b/i;
const ASKS_FOR_AGE = /\bhow old\b/i;
const ASKS_FOR_NUMBER =
  /\b(how (much|many|long|often|far|old|big|tall|large|high|hot|soon|late|early)|when|what time|price|cost|combien|quand|wie ?viel|wie lange|wann|cu[aá]nt|cu[aá]ndo|quant[oi]|quando)/i;

/** Chooses the sentences of the passages that fit the question best, each with the number of its passage. */
export function composeAnswer({ question, previous, passages }: ReadPrompt): string {
  const own = stemsOf(spellOut(question));
  // A follow-up of a word or two means what was asked before.
  const wanted = own.length >= 2 ? own : [...own, ...stemsOf(spellOut(previous))];
  const sentences = passages.flatMap(sentencesOf);
  if (wanted.length === 0 || sentences.length === 0) return NO_ANSWER;

  const weights = weigh(new Set(wanted), sentences);
  const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  const asksForNumber = ASKS_FOR_NUMBER.test(question);
  const ranked = sentences
    .map((sentence) => {
      const fit = fitOf(sentence, weights) / total;
      const number = asksForNumber && /\d/.test(sentence.text) ? 0.12 : 0;
      return {
        sentence,
        fit,
        score: fit + number + 0.06 * pairsIn(sentence, wanted) - (sentence.own.length < 3 ? 0.15 : 0),
      };
    })
    .sort((a, b) => b.score - a.score || a.sentence.n - b.sentence.n || a.sentence.place - b.sentence.place);
  const best = ranked[0];
  if (!best || best.fit < ENOUGH) return NO_ANSWER;

  const chosen = ranked.filter((each) => each.score >= best.score * NEARLY).slice(0, MAX_SENTENCES);
  return distinct(chosen.map((each) => each.sentence))
    .map((sentence) => `${sentence.text} [${sentence.n}]`)
    .join(' ');
}

/** The question in words that a text would hold: `how much is` asks for a price, `how long` for nothing one can look up. */
function spellOut(question: string): string {
  const implied = [ASKS_FOR_PRICE.test(question) ? 'price' : '', ASKS_FOR_AGE.test(question) ? 'age' : ''];
  return [question.replaceAll(QUANTITY, ''), ...implied].join(' ');
}

/** Rarer among the sentences is heavier; what stands nowhere is heaviest, and nothing can make up for it. */
function weigh(wanted: ReadonlySet<string>, sentences: readonly PassageSentence[]): Map<string, number> {
  return new Map(
    [...wanted].map((stem) => {
      const containing = sentences.filter((sentence) => likeness(stem, sentence.own) > 0).length;
      const rarity = Math.log(1.5 + sentences.length / (1 + containing));
      return [stem, isLight(stem) ? LIGHT * rarity : rarity];
    }),
  );
}

function fitOf(sentence: PassageSentence, weights: ReadonlyMap<string, number>): number {
  let fit = 0;
  for (const [stem, weight] of weights) {
    const here = likeness(stem, sentence.own);
    const above = here >= IN_HEADING ? 0 : IN_HEADING * likeness(stem, sentence.heading);
    const beside = Math.max(here, above) >= BESIDE ? 0 : BESIDE * likeness(stem, sentence.beside);
    fit += weight * Math.max(here, above, beside);
  }
  return fit;
}

/** How many neighbours in the question are neighbours in the sentence. */
function pairsIn(sentence: PassageSentence, wanted: readonly string[]): number {
  let found = 0;
  for (const [place, stem] of wanted.entries()) {
    const next = wanted[place + 1];
    if (next !== undefined && sentence.own.some((word, at) => word === stem && sentence.own[at + 1] === next))
      found += 1;
  }
  return Math.min(found, 2);
}

/** 1 for the word itself, less for one that means or is spelt nearly the same. */
function likeness(stem: string, words: readonly string[]): number {
  if (words.includes(stem)) return 1;
  const concepts = conceptsOf(stem);
  let best = 0;
  for (const word of words) {
    if (concepts.size > 0 && !concepts.isDisjointFrom(conceptsOf(word))) best = Math.max(best, SYNONYM);
    if (stem.length >= 4 && word.length >= 4 && (word.includes(stem) || stem.includes(word)))
      best = Math.max(best, PART);
    if (stem.length >= 5 && word.length >= 5 && word[0] === stem[0]) best = Math.max(best, 0.9 * spelling(stem, word));
  }
  return best;
}

/** Dice's coefficient of the trigrams; 0 for what is no mere slip. */
function spelling(a: string, b: string): number {
  const pieces = new Set(trigramsOf(a));
  const others = trigramsOf(b);
  const dice = (2 * others.filter((piece) => pieces.has(piece)).length) / (pieces.size + others.length);
  return dice >= 0.6 ? dice : 0;
}

/** Passages overlap, so the same sentence may come twice. */
function distinct(sentences: readonly PassageSentence[]): PassageSentence[] {
  const seen = new Set<string>();
  return sentences.filter((sentence) => {
    const key = sentence.text.toLowerCase();
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
