/** From here on two passages say the same: a page and its copy differ in a date or a menu. */
const SAME = 0.8;
const SHINGLE_WORDS = 4;

/** Keeps the first of any texts that share most of their runs of four words. */
export function dropNearDuplicates<T extends { readonly text: string }>(ranked: readonly T[]): T[] {
  const kept: { readonly item: T; readonly shingles: ReadonlySet<string> }[] = [];
  for (const item of ranked) {
    const shingles = shinglesOf(item.text);
    if (kept.some((other) => likeness(shingles, other.shingles) >= SAME)) continue;
    kept.push({ item, shingles });
  }
  return kept.map(({ item }) => item);
}

function shinglesOf(text: string): Set<string> {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const shingles = new Set<string>();
  for (let start = 0; start === 0 || start + SHINGLE_WORDS <= words.length; start += 1) {
    shingles.add(words.slice(start, start + SHINGLE_WORDS).join(' '));
  }
  return shingles;
}

function likeness(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let shared = 0;
  for (const shingle of a) if (b.has(shingle)) shared += 1;
  return shared / (a.size + b.size - shared);
}
