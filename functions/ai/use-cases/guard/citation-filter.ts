import type { SourcePassage } from '../retrieve/join-neighbours.ts';
import { wordsOf } from '../retrieve/passage-words.ts';
import { contentStems, shareOf } from '../text/content-words.ts';
import { foreignNumbers, isTranslated } from './grounding.ts';
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

/** The share of a statement's words that its passage must hold. */
const SUPPORTS = 0.4;
/** Another passage must fit clearly better before the model's own word is overruled. */
const MUCH_BETTER = 0.25;

/** Also the blanks before one: they go with a marker that is dropped. */
const OPEN_MARKER = /\s*\[[\d\s,]{0,11}$|\s+$/;
const MARKER = /\[\s*\d+(?:\s*,\s*\d+)*\s*\]/;

/**
 * Checks every `[n]` as it passes: only passages that were given count, the statement before it must rest on the
 * passage, and a marker that points at the wrong one is corrected. Numbers are given anew in order of appearance. An
 * answer without any marker gets those that its words prove, at its end.
 */
export function citationFilter(given: readonly SourcePassage[]): CitationFilter {
  const stems = given.map((passage) => {
    const { text, heading } = wordsOf(passage);
    return new Set([...text, ...heading]);
  });
  const sources = given.map(({ title, headingPath, text }) => [title, ...headingPath, text].join('\n'));
  const cited: CitedPassage[] = [];
  let held = '';
  let statement = '';
  let whole = '';

  // A number that a passage does not hold is none that it can prove, however many words it shares.
  const support = (claim: string) => {
    const wanted = contentStems(claim);
    return stems.map((passage, place) =>
      foreignNumbers(claim, sources[place] ?? '').length > 0 ? 0 : shareOf(wanted, passage),
    );
  };
  const number = (place: number, claim: string): number => {
    const passage = given[place];
    if (!passage) return 0;
    const known = cited.findIndex((each) => each.passage.chunkId === passage.chunkId);
    if (known >= 0) return known + 1;
    return cited.push({ passage, claim });
  };
  /** Which given passages a marker may stand for after all. */
  const verified = (marker: string): number[] => {
    const shares = support(statement);
    const best = Math.max(...shares, 0);
    const named = (marker.match(/\d+/g) ?? []).map((digits) => Number(digits) - 1);
    const right = named.filter((place) => {
      const share = shares[place];
      return share !== undefined && share >= SUPPORTS && share >= best - MUCH_BETTER;
    });
    if (right.length > 0) return [...new Set(right)];
    // A translation shares no words with what it renders: then the model's own word stands, if the numbers do.
    const rendered = named.filter((place) => rendersPassage(statement, sources[place]));
    if (rendered.length > 0) return [...new Set(rendered)];
    return best >= SUPPORTS ? [shares.indexOf(best)] : [];
  };
  const say = (text: string) => {
    whole += text;
    // A statement begins after the sentence before it; the marker may stand on either side of the full stop.
    for (const [piece] of text.matchAll(/[^.!?\n]*[.!?\n]*/g)) {
      if (/[.!?\n]\s*$/.test(statement) && /[\p{L}\p{N}]/u.test(piece)) statement = '';
      statement += piece;
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
      const numbers = verified(found[0]).map((place) => number(place, statement.trim()));
      out += numbers.length > 0 ? spoken + numbers.map((n) => `[${n}]`).join('') : spoken.trimEnd();
    }
    const open = OPEN_MARKER.exec(held)?.index ?? held.length;
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
      const shares = support(whole);
      const best = Math.max(...shares, 0);
      if (best < SUPPORTS) return rest;
      return `${rest} [${number(shares.indexOf(best), whole.trim())}]`;
    },
    cited,
  };
}

function rendersPassage(statement: string, source: string | undefined): boolean {
  return source !== undefined && isTranslated(statement, source) && foreignNumbers(statement, source).length === 0;
}
