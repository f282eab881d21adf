import type { FoundPassage } from './retrieve-passages.ts';

/** A passage as a prompt shows it: one chunk, or several that follow one another in their document. */
export interface SourcePassage extends FoundPassage {
  /** The chunks it was joined from, in the document's order; absent where it is a single one. */
  readonly parts?: readonly FoundPassage[];
}

/**
 * Joins chunks of one document that follow one another, where the better one stands, and tells what both hold only
 * once: a sentence that was cut apart is whole again, and no token is spent on the overlap.
 */
export function joinNeighbours(passages: readonly FoundPassage[]): SourcePassage[] {
  const joined: SourcePassage[] = [];
  const taken = new Set<FoundPassage>();
  for (const passage of passages) {
    if (taken.has(passage)) continue;
    const run = runAround(passage, passages);
    for (const part of run) taken.add(part);
    joined.push(run.length === 1 ? passage : inOne(passage, run));
  }
  return joined;
}

/** The passages of the same document whose places follow one another without a gap, `passage` among them. */
function runAround(passage: FoundPassage, passages: readonly FoundPassage[]): FoundPassage[] {
  if (passage.curated) return [passage];
  const byPlace = new Map(
    passages
      .filter((each) => !each.curated && each.documentId === passage.documentId)
      .map((each) => [each.position, each]),
  );
  let first = passage.position;
  while (byPlace.has(first - 1)) first -= 1;
  const run: FoundPassage[] = [];
  for (let part = byPlace.get(first); part; part = byPlace.get(part.position + 1)) run.push(part);
  return run;
}

function inOne(best: FoundPassage, parts: readonly FoundPassage[]): SourcePassage {
  const [first = best] = parts;
  // Its own, so that nothing that is remembered of a single chunk is taken for the whole.
  const chunkId = parts.map((part) => part.chunkId).join('+');
  return {
    ...best,
    chunkId,
    position: first.position,
    text: joinedText(chunkId, parts),
    headingPath: first.headingPath,
    parts,
  };
}

/** A chunk's id holds its generation, so what was joined once holds for ever. About 8 KB each. */
const remembered = new Map<string, string>();
const MAX_REMEMBERED = 300;

function joinedText(id: string, parts: readonly FoundPassage[]): string {
  const known = remembered.get(id);
  if (known !== undefined) return known;
  const text = parts.reduce(
    (before, { text: next }, place) => (place === 0 ? next : before + withoutOverlap(before, next)),
    '',
  );
  if (remembered.size >= MAX_REMEMBERED) remembered.clear();
  remembered.set(id, text);
  return text;
}

const MAX_OVERLAP_CHARACTERS = 8_000;

/** What `next` adds to `text`. Only white space may differ in what both hold. */
function withoutOverlap(text: string, next: string): string {
  const tail = text.slice(-MAX_OVERLAP_CHARACTERS).replaceAll(/\s+/g, ' ').trimEnd();
  const pieces = [...next.matchAll(/\S+/g)];
  const plain = pieces.map(([piece]) => piece).join(' ');
  let length = -1;
  let overlapEndsAt: number | undefined;
  for (const { 0: piece, index } of pieces) {
    length += 1 + piece.length;
    const endsAt = index + piece.length;
    if (length > tail.length || endsAt > MAX_OVERLAP_CHARACTERS) break;
    if (tail.endsWith(plain.slice(0, length)) && !/[\p{L}\p{N}]/u.test(tail.at(-length - 1) ?? ''))
      overlapEndsAt = endsAt;
  }
  return overlapEndsAt === undefined ? `\n\n${next}` : next.slice(overlapEndsAt);
}
