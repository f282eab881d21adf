import { stemOf } from '../../../shared/language/content-words.ts';
import { CONCEPTS } from './concepts.ts';
import { CONCEPTS_OF_THINGS } from './concepts-of-things.ts';

const CONCEPTS_OF = new Map<string, Set<number>>();
/** By the stem that a word has at the end of a longer one, where more of it comes off. */
const CONCEPTS_OF_HEAD = new Map<string, Set<number>>();
const FRONT = 'front';
const LEAST_HEAD = 4;
for (const [place, line] of [...CONCEPTS, ...CONCEPTS_OF_THINGS].entries()) {
  for (const word of line.split(' ')) {
    note(CONCEPTS_OF, stemOf(word), place);
    if (word.length >= LEAST_HEAD) note(CONCEPTS_OF_HEAD, stemOf(FRONT + word).slice(FRONT.length), place);
  }
}

function note(concepts: Map<string, Set<number>>, stem: string, place: number): void {
  concepts.set(stem, (concepts.get(stem) ?? new Set()).add(place));
}

const NONE: ReadonlySet<number> = new Set();
/** A compound this long may be one whose last part is known: Elektroauto is a car, wheelchair no wheel. */
const LEAST_COMPOUND = 8;
const LEAST_FRONT = 3;

/** The numbers of the concepts that a stem may stand for; none for most. */
export function conceptsOf(stemmed: string): ReadonlySet<number> {
  return CONCEPTS_OF.get(stemmed) ?? (stemmed.length >= LEAST_COMPOUND ? conceptsOfHead(stemmed) : NONE);
}

const LONGEST_HEAD = Math.max(...[...CONCEPTS_OF_HEAD.keys()].map((head) => head.length));

function conceptsOfHead(compound: string): ReadonlySet<number> {
  for (
    let start = Math.max(LEAST_FRONT, compound.length - LONGEST_HEAD);
    start <= compound.length - LEAST_FRONT;
    start += 1
  ) {
    const known = CONCEPTS_OF_HEAD.get(compound.slice(start));
    if (known) return known;
  }
  return NONE;
}
