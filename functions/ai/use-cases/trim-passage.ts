import { contentStems, sentencesOf } from './content-words.ts';
import { countTokens } from './count-tokens.ts';

const GAP = '…';

/**
 * The text itself when it fits, else the sentences around those that hold the question's words, in their order, with
 * a mark where something was left out. Empty when not even one sentence fits.
 */
export function trimPassage(text: string, weights: ReadonlyMap<string, number>, maxTokens: number): string {
  if (countTokens(text) <= maxTokens) return text;
  const sentences = sentencesOf(text);
  const costs = sentences.map((sentence) => countTokens(sentence) + 2);
  const scores = smooth(sentences.map((sentence) => worthOf(sentence, weights)));
  const order = scores.map((score, place) => ({ score, place })).sort((a, b) => b.score - a.score || a.place - b.place);
  const chosen = new Set<number>();
  let left = maxTokens;
  for (const { place } of order) {
    const cost = costs[place] ?? 0;
    if (cost > left) continue;
    chosen.add(place);
    left -= cost;
  }
  return joined(sentences, chosen);
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
