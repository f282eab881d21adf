import { smallTalkIn } from '../../../shared/language/small-talk.ts';
import { STOP_WORDS } from '../../../shared/language/stop-words.ts';
import type { RefusedRow } from '../repositories/analytics.ts';

export interface UnansweredTopic {
  /** Words that at least `MIN_VISITORS` visitors used, most frequent first. */
  readonly words: readonly string[];
  readonly questions: number;
  readonly last_asked_on: string;
}

/** Whatever fewer visitors than this said is not told: it might say who they are. */
export const MIN_VISITORS = 3;
const WORDS_OF_A_TOPIC = 3;
const MAX_TOPICS = 50;
/** Tested on one run of characters without a blank, so that a long one costs no more than its length. */
const PERSONAL = /[@\p{N}]|:\/\/|^www\./iu;
const WORD = /\p{L}[\p{L}\p{M}]{2,39}/gu;

/**
 * Questions without an answer by what they are about, without telling any of them. A word is told only if several
 * visitors used it, and a topic only if several visitors asked about it: a name, an address or a number that one
 * visitor wrote is left out with everything that only they wrote. Addresses and whatever holds a digit are left out
 * even where many wrote it. Who greeted or thanked has missed no answer.
 */
export function groupUnanswered(rows: readonly RefusedRow[]): UnansweredTopic[] {
  const asked = rows.filter(({ text }) => !smallTalkIn(text)).map((row) => ({ ...row, words: wordsOf(row.text) }));
  const visitorsOf = new Map<string, Set<string>>();
  for (const { words, visitor_id } of asked) {
    for (const word of words) visitorsOf.set(word, (visitorsOf.get(word) ?? new Set()).add(visitor_id));
  }
  const commonness = (word: string) => visitorsOf.get(word)?.size ?? 0;
  const topics = Map.groupBy(asked, ({ words }) =>
    [...words]
      .filter((word) => commonness(word) >= MIN_VISITORS)
      .sort((a, b) => commonness(b) - commonness(a) || (a < b ? -1 : 1))
      .slice(0, WORDS_OF_A_TOPIC)
      .join(' '),
  );
  return [...topics]
    .filter(([key, own]) => key !== '' && new Set(own.map((row) => row.visitor_id)).size >= MIN_VISITORS)
    .map(([key, own]) => ({
      words: key.split(' '),
      questions: own.length,
      last_asked_on: own.map(({ day }) => day).reduce((a, b) => (a > b ? a : b)),
    }))
    .sort((a, b) => b.questions - a.questions)
    .slice(0, MAX_TOPICS);
}

function wordsOf(text: string): ReadonlySet<string> {
  const runs = text.normalize('NFKC').split(/\s+/);
  const plain = runs
    .filter((run) => !PERSONAL.test(run))
    .join(' ')
    .toLowerCase();
  const words = plain.match(WORD) ?? [];
  return new Set(words.filter((word) => !STOP_WORDS.has(word.normalize('NFD').replaceAll(/\p{M}/gu, ''))));
}
