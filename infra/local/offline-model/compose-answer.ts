import type { ReadPrompt } from './read-prompt.ts';
import { stemsOf, trigramsOf } from './words.ts';

/** What the prompt asks for when the passages do not answer. */
export const NO_ANSWER = 'NOT_IN_SOURCES';

/** The share of the question's weight that the best sentence, with its surroundings, must carry. */
const ENOUGH = 0.42;
const MAX_SENTENCES = 3;
/** Blank lines, and lines that begin a list item, a table row or a heading; other line breaks are only wrapping. */
const PARAGRAPH_END = /\n\s*\n|\n(?=\s*(?:[-*•|#>]|\d+[.)]\s))/;
const SENTENCE_END = /(?<=[.!?…]["”')\]]?)\s+(?=\S)|(?<=[。！？])/u;

interface Sentence {
  readonly n: number;
  readonly place: number;
  readonly text: string;
  readonly own: ReadonlySet<string>;
  /** Title, heading and neighbours: they tell what the sentence is about. */
  readonly around: ReadonlySet<string>;
}

/** Chooses the sentences of the passages that fit the question best, each with the number of its passage. */
export function composeAnswer({ question, passages }: ReadPrompt): string {
  const sentences = passages.flatMap((passage) => sentencesOf(passage.n, passage.title, passage.text));
  const wanted = [...new Set(stemsOf(question))];
  if (wanted.length === 0 || sentences.length === 0) return NO_ANSWER;

  const weights = weigh(wanted, sentences);
  const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  const asksForNumber = /\b(how (much|many|long|far|old)|when|what time|price|cost|combien|wie ?viel|cu[aá]nt|quant)/i;
  const ranked = sentences
    .map((sentence) => {
      const fit = fitOf(sentence, weights) / total;
      const bonus = asksForNumber.test(question) && /\d/.test(sentence.text) ? 0.1 : 0;
      return { sentence, fit, score: fit + bonus - (sentence.own.size < 3 ? 0.15 : 0) };
    })
    .sort((a, b) => b.score - a.score || a.sentence.n - b.sentence.n);
  const best = ranked[0];
  if (!best || best.fit < ENOUGH) return NO_ANSWER;

  const chosen = ranked.filter((each) => each.score >= best.score * 0.75).slice(0, MAX_SENTENCES);
  return distinct(chosen.map((each) => each.sentence))
    .sort((a, b) => a.n - b.n || a.place - b.place)
    .map((sentence) => `${sentence.text} [${sentence.n}]`)
    .join(' ');
}

/** Rarer among the sentences is heavier; what stands nowhere is heaviest, and nothing can make up for it. */
function weigh(wanted: readonly string[], sentences: readonly Sentence[]): Map<string, number> {
  return new Map(
    wanted.map((stem) => {
      const containing = sentences.filter((sentence) => sentence.own.has(stem)).length;
      return [stem, Math.log(1 + sentences.length / (1 + containing))];
    }),
  );
}

function fitOf(sentence: Sentence, weights: ReadonlyMap<string, number>): number {
  let fit = 0;
  for (const [stem, weight] of weights) {
    fit += weight * Math.max(likeness(stem, sentence.own), 0.6 * likeness(stem, sentence.around));
  }
  return fit;
}

/** 1 for the word itself, less for one that is spelt nearly so. */
function likeness(stem: string, words: ReadonlySet<string>): number {
  if (words.has(stem)) return 1;
  if (stem.length < 5) return 0;
  const pieces = new Set(trigramsOf(stem));
  let best = 0;
  for (const word of words) {
    if (word.length < 5 || word[0] !== stem[0]) continue;
    const others = trigramsOf(word);
    const shared = others.filter((piece) => pieces.has(piece)).length;
    best = Math.max(best, (2 * shared) / (pieces.size + others.length));
  }
  return best >= 0.6 ? best * 0.9 : 0;
}

function sentencesOf(n: number, title: string, text: string): Sentence[] {
  const texts = text
    .split(PARAGRAPH_END)
    .flatMap((paragraph) => paragraph.split(SENTENCE_END))
    .map((each) => each.replaceAll(/\s+/g, ' ').trim())
    .filter((each) => /\p{L}/u.test(each));
  const stems = texts.map((each) => stemsOf(each));
  const ofTitle = stemsOf(title);
  return texts.map((each, place) => ({
    n,
    place,
    text: each.replace(/^(#+|[-*•]|\d+[.)])\s+/, ''),
    own: new Set(stems[place]),
    around: new Set([...ofTitle, ...(stems[place - 1] ?? []), ...(stems[place + 1] ?? []), ...(stems[0] ?? [])]),
  }));
}

/** Passages overlap, so the same sentence may come twice. */
function distinct(sentences: readonly Sentence[]): Sentence[] {
  const seen = new Set<string>();
  return sentences.filter((sentence) => {
    const key = sentence.text.toLowerCase();
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
