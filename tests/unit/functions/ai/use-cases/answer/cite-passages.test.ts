import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { toCitations } from '../../../../../../functions/ai/use-cases/answer/cite-passages.ts';
import { NO_ADDRESSES } from '../../../../../../functions/ai/use-cases/guard/link-filter.ts';
import { cutChunks } from '../../../../../../functions/ai/use-cases/ingest/cut-chunks.ts';
import { joinNeighbours } from '../../../../../../functions/ai/use-cases/retrieve/join-neighbours.ts';
import { foundPassage } from '../../../../../support/found-passage.ts';

const PAGES = [
  'The pottery was founded in 1932 by three friends.\nIt stood by the river (the old mill).',
  'Clay for beginners is sold in bags of\ntwelve kilograms.',
  'Glaze is mixed on Mondays.',
];

async function passageOf(pages: readonly string[]) {
  const blocks = async function* () {
    for (const [index, text] of pages.entries()) yield { type: 'block' as const, text, page: index + 1 };
  };
  const chunks = await Array.fromAsync(cutChunks(blocks(), { chunkTokens: 1_000, overlapTokens: 200 }));
  return chunks.map(({ text, page, pageStarts }) => foundPassage({ text, page, pageStarts }));
}

test.each([
  ['It stood by the river (the old mill).', 1],
  ['Clay for beginners is sold in bags of twelve kilograms.', 2],
  ['Glaze is mixed on Mondays.', 3],
])('a citation of "%s" names page %i, though all pages stand in one passage', async (claim, page) => {
  const [passage, ...others] = await passageOf(PAGES);
  if (!passage) throw new Error('no passage was cut');

  const [citation] = toCitations([{ passage, claim }], NO_ADDRESSES);

  expect(others).toEqual([]);
  expect(citation).toMatchObject({ n: 1, page });
});

test('a snippet stands in its passage word by word, list marks and wrapped lines included', () => {
  const text = `## Prices

The weekend course is held in the old mill by the river, and it
costs 245 euros for each person.
- Lunch is included.
- Aprons are lent.`;
  const passage = foundPassage({ text, headingPath: ['Courses', 'Prices'] });

  const [citation] = toCitations([{ passage, claim: 'The weekend course costs 245 euros.' }], NO_ADDRESSES);

  const flat = (words: string) => words.replaceAll(/\s+/g, ' ');
  expect(citation?.heading).toBe('Prices');
  expect(citation?.snippet).toContain('costs 245 euros for each person. - Lunch is included.');
  expect(flat(text)).toContain(citation?.snippet);
});

test('of chunks that were joined the one that holds the claim is cited', () => {
  const documentId = randomUUID();
  const first = foundPassage({ documentId, position: 3, text: 'Clay is sold in bags. It is grey.' });
  const second = foundPassage({ documentId, position: 4, text: 'It is grey. Glaze is mixed on Mondays.' });
  const [passage] = joinNeighbours([second, first]);
  if (!passage) throw new Error('nothing was joined');

  const [citation] = toCitations([{ passage, claim: 'Glaze is mixed on Mondays.' }], NO_ADDRESSES);

  expect(citation?.chunk_id).toBe(second.chunkId);
  expect(citation?.snippet).toBe('Glaze is mixed on Mondays.');
});

test('a document without pages is cited without one', () => {
  const passage = foundPassage({ text: 'Glaze is mixed on Mondays.' });

  const [citation] = toCitations([{ passage, claim: 'Glaze is mixed on Mondays.' }], NO_ADDRESSES);

  expect(citation?.page).toBeNull();
});

test('pages are told where they begin, also in what a passage repeats of the one before', async () => {
  const pages = Array.from({ length: 30 }, (_, index) => `Page ${index + 1} says this. `.repeat(20).trim());

  const passages = await passageOf(pages);

  expect(passages.length).toBeGreaterThan(2);
  for (const { text, pageStarts } of passages) {
    expect(pageStarts[0]?.[0]).toBe(0);
    for (const [offset, page] of pageStarts) expect(text.slice(offset)).toMatch(new RegExp(`^Page ${page} `));
  }
});
