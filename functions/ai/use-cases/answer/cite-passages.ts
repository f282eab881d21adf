import type { Citation } from '../../../../shared/models/citation.ts';
import { pageAt } from '../../../../shared/models/page-start.ts';
import type { CitedPassage } from '../guard/citation-filter.ts';
import { removeLinks } from '../guard/link-filter.ts';
import { sentencesOfPassage } from '../retrieve/passage-sentences.ts';
import type { FoundPassage } from '../retrieve/retrieve-passages.ts';
import { cleanText } from '../text/clean-text.ts';
import { contentStems, shareOf } from '../text/content-words.ts';
import { unmarked } from '../text/sentences.ts';

const MAX_SNIPPET_CHARACTERS = 280;

/** Hosts that an answer may link to: those of the creator's own pages among the passages. */
export function hostsOf(passages: readonly FoundPassage[]): Set<string> {
  return new Set(
    passages.flatMap(({ pageUrl }) => {
      const url = webAddress(pageUrl);
      return url === null ? [] : [new URL(url).hostname];
    }),
  );
}

/** Citations as the contract has them; every word of them comes from the database. */
export function toCitations(cited: readonly CitedPassage[], allowedHosts: ReadonlySet<string>): Citation[] {
  return cited.map(({ passage, claim }, place) => {
    const snippet = snippetFor(claim, passage);
    return {
      n: place + 1,
      document_id: passage.documentId,
      chunk_id: passage.chunkId,
      title: removeLinks(cleanText(passage.title), allowedHosts),
      url: webAddress(passage.pageUrl),
      page: pageOf(snippet, passage),
      snippet: removeLinks(snippet, allowedHosts),
    };
  });
}

const WORDS_TO_FIND = 8;

/** The page on which the snippet begins; where it cannot be found again, the page on which the passage does. */
function pageOf(snippet: string, { text, page, pageStarts }: FoundPassage): number | null {
  if (pageStarts.length < 2) return page;
  const words = snippet
    .split(' ')
    .slice(0, WORDS_TO_FIND)
    .map((word) => RegExp.escape(word));
  const offset = text.search(new RegExp(words.join('\\s+'), 'u'));
  return (offset < 0 ? undefined : pageAt(pageStarts, offset)) ?? page;
}

/** The sentence that the claim rests on, with what follows as far as there is room. */
function snippetFor(claim: string, passage: FoundPassage): string {
  const sentences = sentencesOfPassage(passage);
  const wanted = contentStems(claim);
  const shares = sentences.map(({ stems }) => shareOf(wanted, stems));
  const start = Math.max(0, shares.indexOf(Math.max(...shares)));
  let snippet = '';
  for (const { text } of sentences.slice(start)) {
    const sentence = unmarked(text);
    const longer = snippet === '' ? sentence : `${snippet} ${sentence}`;
    if (snippet !== '' && [...longer].length > MAX_SNIPPET_CHARACTERS) break;
    snippet = longer;
  }
  const characters = [...snippet];
  return characters.length <= MAX_SNIPPET_CHARACTERS
    ? snippet
    : `${characters.slice(0, MAX_SNIPPET_CHARACTERS - 1).join('')}…`;
}

function webAddress(url: string | null): string | null {
  if (url === null || !URL.canParse(url)) return null;
  const { protocol } = new URL(url);
  return protocol === 'http:' || protocol === 'https:' ? url : null;
}
