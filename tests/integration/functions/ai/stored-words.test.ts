import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Executor } from '../../../../shared/database/executor.ts';
import { openPool } from '../../../../shared/database/pool.ts';
import { openTenantDatabase, type TenantDatabase } from '../../../../shared/database/tenant-database.ts';
import { chunkId } from '../../../../shared/lifecycles/document/chunk-id.ts';
import { dropUnpublished, type NewChunk, storeChunks } from '../../../../shared/lifecycles/document/chunk-rows.ts';
import { PASSAGES_AT_ONCE, storeWords } from '../../../../shared/lifecycles/document/chunk-words.ts';
import { countRowsNaming } from '../../../../shared/lifecycles/document/collect-document.ts';
import { openDocument } from '../../../../shared/lifecycles/document/open-document.ts';
import { publishDocument } from '../../../../shared/lifecycles/document/publish-document.ts';
import { tombstoneDocument } from '../../../../shared/lifecycles/document/tombstone-document.ts';
import { makeTenant } from '../../../support/tenant-fixture.ts';
import { type TestDatabase, testDatabase } from '../../../support/test-database.ts';

const COUNT = PASSAGES_AT_ONCE + 44;

let postgres: TestDatabase;
let creatorId: string;
let pools: ReturnType<typeof openPool>[];
let hub: TenantDatabase;
let ai: TenantDatabase;
let documentId: string;
const workerId = randomUUID();

beforeAll(async () => {
  postgres = await testDatabase();
  ({ creatorId } = await makeTenant(postgres));
  pools = [openPool(postgres.urlFor('hub')), openPool(postgres.urlFor('ai'))];
  [hub, ai] = pools.map(openTenantDatabase) as [TenantDatabase, TenantDatabase];
});
beforeEach(async () => {
  documentId = randomUUID();
  const file = { filename: 'a.txt', contentType: 'text/plain', sizeBytes: 3 };
  await hub.withTenant(creatorId, (db) =>
    openDocument(db, { creatorId, documentId, ...file, uploadId: randomUUID(), title: 'A', source: 'upload' }),
  );
});
afterAll(async () => {
  await Promise.all(pools.map((pool) => pool.end()));
  await postgres.drop();
});

const asAi = <T>(work: (db: Executor) => Promise<T>) => ai.withTenant(creatorId, work);
const hold = (generation: number) => ({ creatorId, documentId, workerId, generation });

function chunksOf(generation: number, count: number, word: string): NewChunk[] {
  return Array.from({ length: count }, (_, index) => ({
    ...{ id: chunkId(documentId, generation, index), index, text: `${word} place${index} Überall 陶芸`, page: null },
    ...{ pageStarts: [], headingPath: [], tokenCount: 2 },
  }));
}

const makeGeneration = (generation: number) =>
  asAi((db) =>
    db.query(
      `update documents set status = 'processing', generation = $3, lease_owner = $4 where creator_id = $1 and id = $2`,
      [creatorId, documentId, generation, workerId],
    ),
  );

const publish = (generation: number, count: number, word: string, areStored = false) =>
  asAi((db) =>
    publishDocument(db, hold(generation), {
      ...{ chunks: chunksOf(generation, count, word), embeddingModel: 'model', areStored },
    }),
  );

/** Generation, place and word of everything that is stored, read as it is written down. */
async function storedWords(): Promise<string[]> {
  const rows = await asAi((db) =>
    db.query(
      'select generation, first_index, words, places from chunk_words where creator_id = $1 and document_id = $2',
      [creatorId, documentId],
    ),
  );
  return rows.flatMap((row) => {
    const places = row.places as Buffer;
    let at = 0;
    return String(row.words)
      .split(' ')
      .flatMap((word) => {
        const count = (places[at] ?? 0) + 1;
        const offsets = Array.from({ length: count }, (_, n) => places[at + 1 + 2 * n] ?? 0);
        at += 1 + 2 * count;
        return offsets.map((offset) => `${row.generation} ${Number(row.first_index) + offset} ${word}`);
      });
  });
}

/** The same from the passages themselves. */
async function wordsOfChunks(): Promise<string[]> {
  const rows = await asAi((db) =>
    db.query(
      `select c.generation || ' ' || c.chunk_index || ' ' || w.lexeme as word from chunks c, unnest(c.search) w
       where c.creator_id = $1 and c.document_id = $2`,
      [creatorId, documentId],
    ),
  );
  return rows.map((row) => String(row.word));
}

test('what is published has every word of every passage, and nothing of the generation before', async () => {
  await makeGeneration(1);
  await publish(1, COUNT, 'samovar');
  await makeGeneration(2);
  await publish(2, 3, 'teapot');

  const words = await storedWords();

  expect(words.sort()).toEqual((await wordsOfChunks()).sort());
  expect(words).toContain('2 2 teapot');
  expect(words.join()).not.toContain('samovar');
});

test('words that are stored ahead are those of the passages that are published, though they were cut anew meanwhile', async () => {
  await makeGeneration(1);
  await asAi(async (db) => {
    await storeChunks(db, hold(1), chunksOf(1, COUNT, 'samovar'));
    await storeWords(db, hold(1), 0, COUNT);
  });
  await asAi((db) => storeChunks(db, hold(1), chunksOf(1, COUNT - 7, 'teapot')));

  await publish(1, COUNT - 7, 'teapot', true);

  expect((await storedWords()).sort()).toEqual((await wordsOfChunks()).sort());
  expect((await storedWords()).join()).not.toContain('samovar');
});

test('what ends a generation unpublished takes its words along, and leaves those that answer', async () => {
  await makeGeneration(1);
  await publish(1, 2, 'teapot');
  await makeGeneration(2);
  await asAi(async (db) => {
    await storeChunks(db, hold(2), chunksOf(2, COUNT, 'samovar'));
    await storeWords(db, hold(2), 0, COUNT);
  });

  await asAi((db) => dropUnpublished(db, creatorId, documentId, 1));

  expect((await storedWords()).sort()).toEqual((await wordsOfChunks()).sort());
  expect((await storedWords()).join()).not.toContain('samovar');
});

test('a deletion leaves no word, in its own transaction, and is counted as long as it does', async () => {
  await makeGeneration(1);
  await publish(1, COUNT, 'samovar');
  const before = await asAi((db) => countRowsNaming(db, creatorId, documentId));

  await hub.withTenant(creatorId, (db) => tombstoneDocument(db, creatorId, documentId));

  expect(before).toBeGreaterThan(COUNT + 1);
  expect(await storedWords()).toEqual([]);
  expect(await asAi((db) => countRowsNaming(db, creatorId, documentId))).toBe(1);
});

test('words of passages that do not exist cannot be stored', async () => {
  const planted = asAi((db) =>
    db.query(
      `insert into chunk_words (creator_id, document_id, generation, first_index, bucket, part, words, places)
       values ($1, $2, 1, 0, 16, 0, 'samovar', '\\x000000')`,
      [creatorId, documentId],
    ),
  );

  await expect(planted).rejects.toMatchObject({ code: '23503' });
});
