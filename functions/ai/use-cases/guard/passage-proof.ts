import type { SourcePassage } from '../retrieve/join-neighbours.ts';
import { wordsOf } from '../retrieve/passage-words.ts';
import { contentStems, shareOf } from '../text/content-stems.ts';
import { foreignNumbers, isTranslated } from './grounding.ts';

/** Which of the passages that a model was given prove a statement. Passages are named by their place in the list. */
export interface PassageProof {
  /** The passage that proves most of the statement, if it proves enough. */
  best(statement: string): number | undefined;
  /** Which passages may stand behind a statement whose author named these; none when nothing proves it. */
  verify(statement: string, named: readonly number[]): readonly number[];
}

/** The share of a statement's words that its passage must hold. */
const SUPPORTS = 0.4;
/** Another passage must fit clearly better before the model's own word is overruled. */
const MUCH_BETTER = 0.25;

export function openPassageProof(given: readonly SourcePassage[]): PassageProof {
  const stems = given.map((passage) => {
    const { text, heading } = wordsOf(passage);
    return new Set([...text, ...heading]);
  });
  const sources = given.map(({ title, headingPath, text }) => [title, ...headingPath, text].join('\n'));

  // A number that a passage does not hold is none that it can prove, however many words it shares.
  const sharesOf = (statement: string) => {
    const wanted = contentStems(statement);
    return stems.map((passage, place) =>
      foreignNumbers(statement, sources[place] ?? '').length > 0 ? 0 : shareOf(wanted, passage),
    );
  };
  const bestOf = (shares: readonly number[]) => {
    const best = Math.max(...shares, 0);
    return best >= SUPPORTS ? shares.indexOf(best) : undefined;
  };
  return {
    best: (statement) => bestOf(sharesOf(statement)),

    verify(statement, named) {
      const shares = sharesOf(statement);
      const best = Math.max(...shares, 0);
      const right = named.filter((place) => {
        const share = shares[place];
        return share !== undefined && share >= SUPPORTS && share >= best - MUCH_BETTER;
      });
      if (right.length > 0) return [...new Set(right)];
      // A translation shares no words with what it renders: then the model's own word stands, if the numbers do.
      const rendered = named.filter((place) => rendersPassage(statement, sources[place]));
      if (rendered.length > 0) return [...new Set(rendered)];
      const proof = bestOf(shares);
      return proof === undefined ? [] : [proof];
    },
  };
}

function rendersPassage(statement: string, source: string | undefined): boolean {
  return source !== undefined && isTranslated(statement, source) && foreignNumbers(statement, source).length === 0;
}
