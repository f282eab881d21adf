import { contentWords } from '../../../../shared/language/content-words.ts';
import { plainWords } from '../../../../shared/language/small-talk.ts';

export interface HistoryMessage {
  readonly role: 'visitor' | 'assistant';
  readonly text: string;
}

/** What is looked up for a question. */
export interface RetrievalQuery {
  /** For the embedding; within nomic's context in any script. */
  readonly text: string;
  /** Stem → weight: the question's own words count whole, those of the question before it half. */
  readonly weights: ReadonlyMap<string, number>;
  readonly prefixes: readonly string[];
  /**
   * In plain words, a message without a word to look up ("Who are you?"): only a curated question of the same words is
   * its own.
   */
  readonly said?: string | undefined;
}

/** A question of fewer meaningful words than this leans on what was said before. */
const FEW_WORDS = 3;
const MAX_CHARACTERS = 1_500;

/** Words that point at something named earlier, in the languages that most pages are written in. */
const POINTING =
  /(?:^|[^\p{L}])(it|its|they|them|their|this|that|these|those|he|she|him|her|there|one|ones|same|also|instead|er|sie|es|ihn|ihr|dies\w*|dort|dazu|davon|damit|auch|il|elle|ils|elles|cela|celui|celle|ça|aussi|eso|esto|ese|esa|ellos|ellas|también|ello|quello|quella|anche|isso|isto|ele|ela|também|dat|deze|ook)(?=$|[^\p{L}])/iu;
const CONTINUING = /^\s*(and|or|but|what about|how about|und|oder|et|ou|y|o|e|en)\b/iu;

/** How far back a chain of follow-ups is followed to the question that they all lean on; "why?" is no step. */
const MAX_STEPS = 3;

/**
 * A follow-up ("and on Sundays?") is looked up together with the visitor's questions before it, back to one that
 * stands by itself. No model is asked to rewrite it: that would cost a whole answer's time before the first word.
 */
export function widenQuery(question: string, history: readonly HistoryMessage[]): RetrievalQuery {
  const own = contentWords(question);
  const weights = new Map<string, number>();
  const prefixes = own.map((word) => word.prefix);
  const texts = [question];
  const asked = history
    .filter((message) => message.role === 'visitor' && contentWords(message.text).length > 0)
    .map((message) => message.text);
  let weight = 0.5;
  for (let step = 1; step <= MAX_STEPS && leansOnBefore(texts[0] ?? ''); step += 1) {
    const earlier = asked.at(-step);
    if (earlier === undefined) break;
    const words = contentWords(earlier);
    for (const { stem } of words) weights.set(stem, Math.max(weight, weights.get(stem) ?? 0));
    prefixes.push(...words.map((word) => word.prefix));
    texts.unshift(earlier);
    weight /= 2;
  }
  for (const { stem } of own) weights.set(stem, 1);
  const said = own.length === 0 ? plainWords(question) || undefined : undefined;
  return { text: texts.join('\n').slice(-MAX_CHARACTERS), weights, prefixes, said };
}

function leansOnBefore(question: string): boolean {
  return contentWords(question).length < FEW_WORDS || POINTING.test(question) || CONTINUING.test(question);
}
