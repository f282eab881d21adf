import { contentStems } from './content-words.ts';
import { countTokens } from './count-tokens.ts';
import { isHeading, sentencesOf } from './sentences.ts';

const GAP = '…';

/**
 * The text itself when it fits, else the sentences around those that hold the question's words, in their order, under
 * their headings, with a mark where something was left out. Empty when not even one sentence fits.
 */
export function trimPassage(text: string, weights: ReadonlyMap<string, number>, maxTokens: number): string {
  if (countTokens(text) <= maxTokens) return text;
  const sentences = sentencesOf(text);
  const headings = headingsOf(sentences);
  const costs = sentences.map((sentence) => countTokens(sentence) + 2);
  const own = sentences.map((sentence) => worthOf(sentence, weights));
  const scores = smooth(own).map((score, place) => score + 0.5 * (own[headings[place] ?? -1] ?? 0));
  const order = scores.map((score, place) => ({ score, place })).sort((a, b) => b.score - a.score || a.place - b.place);
  const chosen = new Set<number>();
  let left = maxTokens;
  for (const { place } of order) {
    const heading = headings[place];
    const wanted = heading === undefined || chosen.has(heading) ? [place] : [heading, place];
    const missing = wanted.filter((each) => !chosen.has(each));
    const cost = missing.reduce((sum, each) => sum + (costs[each] ?? 0), 0);
    if (cost > left) continue;
    for (const each of missing) chosen.add(each);
    left -= cost;
  }
  return joined(sentences, chosen);
}

/** For each sentence the place of the heading it stands under. */
function headingsOf(sentences: readonly string[]): (number | undefined)[] {
  let heading: number | undefined;
  return sentences.map((sentence, place) => {
    if (!isHeading(sentence)) return heading;
    heading = place;
    return undefined;
  });
}

function worthOf(sentence: string, weights: ReadonlyMap<string, number>): number {
  const stems = contentStems(sentence);
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

function joined(sentences: readonly string[], chosen: ReadonlySet<number>): string {
  const parts: string[] = [];
  let before = -1;
  for (const [place, sentence] of sentences.entries()) {
    if (!chosen.has(place)) continue;
    if (parts.length > 0 && before !== place - 1) parts.push(GAP);
    parts.push(sentence);
    before = place;
  }
  return parts.join('\n');
}
