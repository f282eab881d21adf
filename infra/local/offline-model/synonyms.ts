import { stemOf } from '../../../shared/config/content-words.ts';
import { CONCEPTS } from './concepts.ts';

const CONCEPTS_OF = new Map<string, Set<number>>();
for (const [place, line] of CONCEPTS.entries()) {
  for (const word of line.split(' ')) {
    const known = CONCEPTS_OF.get(stemOf(word)) ?? new Set();
    CONCEPTS_OF.set(stemOf(word), known.add(place));
  }
}
const NONE: ReadonlySet<number> = new Set();

/** The numbers of the concepts that a stem may stand for; none for most. */
export function conceptsOf(stemmed: string): ReadonlySet<number> {
  return CONCEPTS_OF.get(stemmed) ?? NONE;
}
