import { countLine } from '../text/count-tokens.ts';
import type { PassageSentence } from './passage-sentences.ts';

const GAP = '…';
/** Set aside with every sentence, as a few have a mark before them. */
const FOR_GAPS = 1;

export interface TrimmedPassage {
  /** A sentence a line; empty when not even one fits. */
  readonly text: string;
  /** What its lines cost in a prompt. */
  readonly tokens: number;
}

/**
 * The sentences around those that hold the question's words, in their order, under their headings, with a mark where
 * something was left out.
 */
export function trimPassage(
  sentences: readonly PassageSentence[],
  weights: ReadonlyMap<string, number>,
  maxTokens: number,
): TrimmedPassage {
  const own = sentences.map((sentence) => worthOf(sentence, weights));
  const scores = smooth(own).map((score, place) => score + 0.5 * (own[sentences[place]?.heading ?? -1] ?? 0));
  const order = scores.map((score, place) => ({ score, place })).sort((a, b) => b.score - a.score || a.place - b.place);
  const chosen = new Set<number>();
  let left = maxTokens;
  for (const { place } of order) {
    const heading = sentences[place]?.heading;
    const wanted = heading === undefined || chosen.has(heading) ? [place] : [heading, place];
    const missing = wanted.filter((each) => !chosen.has(each));
    const cost = missing.reduce((sum, each) => sum + (sentences[each]?.tokens ?? 0) + FOR_GAPS, 0);
    if (cost > left) continue;
    for (const each of missing) chosen.add(each);
    left -= cost;
  }
  return joined(sentences, chosen);
}

function worthOf({ stems }: PassageSentence, weights: ReadonlyMap<string, number>): number {
  let worth = 0;
  for (const [stem, weight] of weights) if (stems.has(stem)) worth += weight;
  return worth;
}

/** A sentence beside a good one explains it: neighbours share what they are worth. */
function smooth(scores: readonly number[]): number[] {
  return scores.map(
    (score, place) =>
      score +
      0.5 * Math.max(scores[place - 1] ?? 0, scores[place + 1] ?? 0) +
      0.25 * Math.max(scores[place - 2] ?? 0, scores[place + 2] ?? 0),
  );
}

function joined(sentences: readonly PassageSentence[], chosen: ReadonlySet<number>): TrimmedPassage {
  const lines: string[] = [];
  let tokens = 0;
  let before = -1;
  const add = (line: string, cost: number) => {
    lines.push(line);
    tokens += cost;
  };
  for (const [place, sentence] of sentences.entries()) {
    if (!chosen.has(place)) continue;
    if (lines.length > 0 && before !== place - 1) add(GAP, countLine(GAP));
    add(sentence.text, sentence.tokens);
    before = place;
  }
  return { text: lines.join('\n'), tokens };
}
