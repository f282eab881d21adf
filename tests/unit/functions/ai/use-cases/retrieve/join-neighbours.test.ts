import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { cutChunks } from '../../../../../../functions/ai/use-cases/ingest/cut-chunks.ts';
import { joinNeighbours } from '../../../../../../functions/ai/use-cases/retrieve/join-neighbours.ts';
import { collectAll } from '../../../../../support/collect-all.ts';
import { foundPassage } from '../../../../../support/found-passage.ts';

const DOCUMENT = randomUUID();
const chunk = (position: number, text: string, given = {}) =>
  foundPassage({ documentId: DOCUMENT, position, text, ...given });

test('chunks that follow one another become one where the better stood, without what both hold', () => {
  const other = foundPassage({ text: 'Something else.' });
  const second = chunk(4, 'The kiln is cleaned\non Fridays. It cools for a day.');
  const first = chunk(3, 'Firing takes nine hours. The kiln is cleaned on Fridays.');

  const joined = joinNeighbours([second, other, first]);

  expect(joined.map(({ text }) => text)).toEqual([
    'Firing takes nine hours. The kiln is cleaned on Fridays. It cools for a day.',
    'Something else.',
  ]);
  expect(joined[0]?.parts).toEqual([first, second]);
});

test('chunks without an overlap stay paragraphs of their own', () => {
  const [joined] = joinNeighbours([chunk(0, 'Ends here.'), chunk(1, 'Begins there.')]);

  expect(joined?.text).toBe('Ends here.\n\nBegins there.');
});

test('chunks with a gap between them, of two documents, or curated ones stay apart', () => {
  const passages = [
    chunk(0, 'a'),
    chunk(2, 'b'),
    foundPassage({ position: 1, text: 'c' }),
    chunk(1, 'd', { curated: true }),
  ];

  expect(joinNeighbours(passages)).toEqual(passages);
});

test('a document cut with overlap and joined again says every sentence once, in order', async () => {
  const sentences = Array.from({ length: 200 }, (_, n) => `Sentence ${n} tells of glaze number ${n * 7}.`);
  const blocks = async function* () {
    yield { type: 'block' as const, text: sentences.join(' ') };
  };
  const cut = await collectAll(cutChunks(blocks(), { chunkTokens: 300, overlapTokens: 60 }));

  const [joined, ...rest] = joinNeighbours(cut.map(({ text, index }) => chunk(index, text)).toReversed());

  expect(cut.length).toBeGreaterThan(5);
  expect(rest).toEqual([]);
  expect(joined?.text.replaceAll(/\s+/g, ' ')).toBe(sentences.join(' '));
});
