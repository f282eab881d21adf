import type { Citation } from '../../../../shared/models/citation.ts';
import { pageAt } from '../../../../shared/models/page-start.ts';
import type { CitedPassage } from '../guard/citation-filter.ts';
import { emailsIn } from '../guard/emails.ts';
import { type AllowedAddresses, removeLinks } from '../guard/link-filter.ts';
import type { SourcePassage } from '../retrieve/join-neighbours.ts';
import { sentencesOfPassage } from '../retrieve/passage-sentences.ts';
import type { FoundPassage } from '../retrieve/retrieve-passages.ts';
import { cleanText, oneLine } from '../text/clean-text.ts';
import { contentStems, shareOf } from '../text/content-stems.ts';
import { unmarked } from '../text/sentences.ts';
import { shorten } from '../text/shorten.ts';

const MAX_SNIPPET_CHARACTERS = 280;

/**
 * What an answer may send to: the creator's own pages among the passages, the sites that a curated answer among them
 * names, and e-mail addresses that stand in a passage or in the creator's instructions. A curated answer is typed by the
 * creator; a document may come from anywhere, and its links lead nowhere.
 */
export function addressesOf(passages: readonly SourcePassage[], instructions: string): AllowedAddresses {
  const hosts = passages
    .flatMap(({ curated, pageUrl, text }) => (curated ? linksIn(text) : [webAddress(pageUrl)]))
    .flatMap((url) => (url === null ? [] : [new URL(url).hostname]));
  const texts = passages.flatMap(({ title, text }) => [title, text]);
  return { hosts: new Set(hosts), emails: new Set([instructions, ...texts].flatMap(emailsIn)) };
}

/**
 * Citations as the contract has them; every word of them comes from the database, and a snippet stands in its passage
 * word by word. Of a passage that was joined from several chunks the one that holds the claim is named.
 */
export function toCitations(cited: readonly CitedPassage[], allowed: AllowedAddresses): Citation[] {
  return cited.map(({ passage, claim }, place) => {
    const source = partFor(claim, passage);
    const { snippet, offset } = snippetFor(claim, source);
    const heading = source.headingPath.at(-1);
    return {
      n: place + 1,
      document_id: source.documentId,
      chunk_id: source.chunkId,
      title: removeLinks(cleanText(source.title), allowed),
      url: webAddress(source.pageUrl),
      page: pageOf(offset, source),
      heading: heading === undefined ? null : removeLinks(oneLine(cleanText(heading)), allowed),
      snippet: removeLinks(snippet, allowed),
    };
  });
}

function partFor(claim: string, passage: SourcePassage): FoundPassage {
  const wanted = contentStems(claim);
  const bestOf = (part: FoundPassage) =>
    Math.max(...sentencesOfPassage(part).map(({ stems }) => shareOf(wanted, stems)));
  const [best = passage] = [...(passage.parts ?? [passage])].sort((a, b) => bestOf(b) - bestOf(a));
  return best;
}

/** The page on which the snippet begins; where that is not known, the page on which the passage does. */
function pageOf(offset: number | undefined, { page, pageStarts }: FoundPassage): number | null {
  if (pageStarts.length < 2 || offset === undefined) return page;
  return pageAt(pageStarts, offset) ?? page;
}

/** The sentence that the claim rests on, with what follows as far as there is room, and where it begins in the text. */
function snippetFor(claim: string, passage: FoundPassage): { readonly snippet: string; readonly offset?: number } {
  const sentences = sentencesOfPassage(passage);
  const wanted = contentStems(claim);
  const shares = sentences.map(({ stems }) => shareOf(wanted, stems));
  const start = Math.max(0, shares.indexOf(Math.max(...shares)));
  const words: string[] = [];
  for (const [place, { text }] of sentences.slice(start).entries()) {
    // Only the mark before the first sentence goes: what stands between two of them is the passage's own.
    const longer = [...words, ...(place === 0 ? unmarked(text) : text).split(' ')];
    if (words.length > 0 && characterCount(longer) > MAX_SNIPPET_CHARACTERS) break;
    words.splice(0, words.length, ...longer);
  }
  const found = findWords(words, passage.text);
  if (found) return { snippet: shorten(oneLine(cleanText(found.text)), MAX_SNIPPET_CHARACTERS), offset: found.offset };
  // What was taken out of the text for safety stands between the words: then they are shown as they were cleaned.
  return { snippet: shorten(words.join(' '), MAX_SNIPPET_CHARACTERS) };
}

/** The stretch of a text that holds just these words, whatever white space lies between them. */
function findWords(
  words: readonly string[],
  text: string,
): { readonly text: string; readonly offset: number } | undefined {
  if (words.length === 0) return undefined;
  const found = new RegExp(words.map((word) => RegExp.escape(word)).join('\\s+'), 'u').exec(text.normalize('NFC'));
  return found ? { text: found[0], offset: found.index } : undefined;
}

function characterCount(words: readonly string[]): number {
  return [...words.join(' ')].length;
}

const linksIn = (text: string) =>
  (text.match(/https?:\/\/[\p{L}\p{N}-]+\.[^\s()<>"']+/giu) ?? []).map((link) => webAddress(link));

function webAddress(url: string | null): string | null {
  if (url === null || !URL.canParse(url)) return null;
  const { protocol } = new URL(url);
  return protocol === 'http:' || protocol === 'https:' ? url : null;
}
