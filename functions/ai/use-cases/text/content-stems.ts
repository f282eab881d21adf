import { contentWords } from '../../../../shared/language/content-words.ts';

export function contentStems(text: string): Set<string> {
  return new Set(contentWords(text).map((word) => word.stem));
}

/** The share of `wanted` that `given` holds, 0 to 1; 0 when nothing is wanted. */
export function shareOf(wanted: ReadonlySet<string>, given: ReadonlySet<string>): number {
  if (wanted.size === 0) return 0;
  let found = 0;
  for (const stem of wanted) if (given.has(stem)) found += 1;
  return found / wanted.size;
}
