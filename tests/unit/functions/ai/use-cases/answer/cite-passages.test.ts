import { expect, test } from 'vitest';
import { toCitations } from '../../../../../../functions/ai/use-cases/answer/cite-passages.ts';
import { cutChunks } from '../../../../../../functions/ai/use-cases/ingest/cut-chunks.ts';
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

  const [citation] = toCitations([{ passage, claim }], new Set());

  expect(others).toEqual([]);
  expect(citation).toMatchObject({ n: 1, page });
});

test('a document without pages is cited without one', () => {
  const passage = foundPassage({ text: 'Glaze is mixed on Mondays.' });

  const [citation] = toCitations([{ passage, claim: 'Glaze is mixed on Mondays.' }], new Set());

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
