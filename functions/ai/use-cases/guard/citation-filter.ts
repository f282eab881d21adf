import type { SourcePassage } from '../retrieve/join-neighbours.ts';
import { openPassageProof } from './passage-proof.ts';
import type { StreamFilter } from './stream-filter.ts';

export interface CitedPassage {
  readonly passage: SourcePassage;
  /** The first statement that rests on it. */
  readonly claim: string;
}

export interface CitationFilter extends StreamFilter {
  /** In the order of their numbers, which start at 1. */
  readonly cited: readonly CitedPassage[];
}

const OPEN_MARKER = /\[[\d\s,]{0,11}$/;
const MAX_OPEN_CHARACTERS = 12;
/** More blanks are no gap between words. */
const MAX_BLANKS = 100;
/** What is longer is no sentence: its end is all that is compared. */
const MAX_STATEMENT_CHARACTERS = 1_000;
const MARKER = /\[\s*\d+(?:\s*,\s*\d+)*\s*\]/;

/**
 * Checks every `[n]` as it passes: only passages that were given count, the statement before it must rest on the
 * passage, and a marker that points at the wrong one is corrected. Numbers are given anew in order of appearance. An
 * answer without any marker gets those that its words prove, at its end.
 */
export function citationFilter(given: readonly SourcePassage[]): CitationFilter {
  const proof = openPassageProof(given);
  const cited: CitedPassage[] = [];
  let held = '';
  let statement = '';
  let hasEnded = false;
  let whole = '';

  const number = (place: number, claim: string): number => {
    const passage = given[place];
    if (!passage) return 0;
    const known = cited.findIndex((each) => each.passage.chunkId === passage.chunkId);
    if (known >= 0) return known + 1;
    return cited.push({ passage, claim });
  };
  const say = (text: string) => {
    whole += text;
    // A statement begins after the sentence before it; the marker may stand on either side of the full stop.
    for (const [piece] of text.matchAll(/[^.!?\n]*[.!?\n]*/g)) {
      if (hasEnded && /[\p{L}\p{N}]/u.test(piece)) statement = '';
      statement += piece;
      if (statement.length > 2 * MAX_STATEMENT_CHARACTERS) statement = statement.slice(-MAX_STATEMENT_CHARACTERS);
      if (piece.trim() !== '' || piece.includes('\n')) hasEnded = /[.!?\n]$/.test(piece);
    }
    return text;
  };

  const release = (text: string): string => {
    held += text;
    let out = '';
    for (let found = MARKER.exec(held); found; found = MARKER.exec(held)) {
      const before = held.slice(0, found.index);
      held = held.slice(found.index + found[0].length);
      const spoken = say(before);
      const named = (found[0].match(/\d+/g) ?? []).map((digits) => Number(digits) - 1);
      const numbers = proof.verify(statement, named).map((place) => number(place, statement.trim()));
      out += numbers.length > 0 ? spoken + numbers.map((n) => `[${n}]`).join('') : spoken.trimEnd();
    }
    const open = openFrom(held);
    out += say(held.slice(0, open));
    held = held.slice(open);
    return out;
  };

  return {
    push: release,
    end() {
      const rest = say(held);
      held = '';
      if (cited.length > 0 || whole.trim() === '') return rest;
      const best = proof.best(whole);
      return best === undefined ? rest : `${rest} [${number(best, whole.trim())}]`;
    },
    cited,
  };
}

/** Where a marker may have begun; also the blanks before one: they go with a marker that is dropped. */
function openFrom(text: string): number {
  const end = Math.max(0, text.length - MAX_OPEN_CHARACTERS);
  const marker = OPEN_MARKER.exec(text.slice(end));
  const open = marker ? end + marker.index : text.length;
  const blanks = /\s*$/.exec(text.slice(Math.max(0, open - MAX_BLANKS), open));
  return open - (blanks?.[0].length ?? 0);
}
