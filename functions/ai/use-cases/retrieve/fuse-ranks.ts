/** The constant of reciprocal-rank fusion (Cormack, Clarke and Büttcher, 2009): how little the first place weighs. */
const K = 60;

export interface Fused {
  readonly id: string;
  /** 1 for what every list has in its first place. */
  readonly score: number;
}

/**
 * Joins rankings whose own scores do not compare: each gives `1 / (60 + place)`. Empty lists are left out, so that a
 * search that was unavailable lowers nobody's score.
 */
export function fuseRanks(lists: readonly (readonly string[])[]): Fused[] {
  const present = lists.filter((list) => list.length > 0);
  const scores = new Map<string, number>();
  for (const list of present) {
    for (const [place, id] of [...new Set(list)].entries()) {
      scores.set(id, (scores.get(id) ?? 0) + 1 / (K + place + 1));
    }
  }
  const best = present.length / (K + 1);
  return [...scores]
    .map(([id, score]) => ({ id, score: score / best }))
    .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
}
