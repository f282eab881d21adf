import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openVectorIndex, type VectorIndex, type VectorRecord } from '../../../../../functions/ai/gateways/chroma.ts';
import { OPEN_INDEXES } from '../../../../../infra/local/parts/chroma.ts';
import { openHttpClient } from '../../../../../shared/clients/http-client.ts';
import { requireVariable } from '../../../../support/test-database.ts';

const creatorId = randomUUID();
const documentId = randomUUID();
let vectors: VectorIndex;
let collectionId: string;

beforeAll(async () => {
  vectors = openVectorIndex({ url: requireVariable('TEST_CHROMA_URL'), http: openHttpClient({ name: 'test-chroma' }) });
  collectionId = await vectors.ensureCollection(creatorId);
});
afterAll(() => vectors.removeCollection(creatorId));

/** Points along one axis, a little further from it the higher its index. */
function record(chunkIndex: number, id: string = randomUUID()): VectorRecord {
  const embedding = Array.from({ length: 768 }, (_, place) => (place === 0 ? 1 : place === 1 ? chunkIndex / 100 : 0));
  return { id, embedding, documentId, chunkIndex, creatorId, source: 'upload', createdAt: new Date().toISOString() };
}

const axis = record(0).embedding;

/** More than the server keeps in memory. */
async function openOthers(): Promise<void> {
  for (let n = 0; n < OPEN_INDEXES + 2; n += 1) {
    const other = await vectors.ensureCollection(randomUUID());
    await vectors.upsert(other, [record(0)]);
    await vectors.query(other, axis, 1);
  }
}

describe('the vector index', () => {
  test('makes the collection of a creator once', async () => {
    expect(await vectors.ensureCollection(creatorId)).toBe(collectionId);
  });

  test('keeps more vectors than one request takes, and gives the nearest first', async () => {
    await vectors.upsert(
      collectionId,
      Array.from({ length: 450 }, (_, index) => record(index)),
    );

    const hits = await vectors.query(collectionId, axis, 3);

    expect(hits.map((hit) => hit.chunkIndex)).toEqual([0, 1, 2]);
    expect(hits[0]).toMatchObject({ creatorId, documentId });
    expect(hits[0]?.distance).toBeCloseTo(0, 5);
    expect(await vectors.query(collectionId, axis, 1_000)).toHaveLength(450);
  });

  test('tells which vectors are stored, page by page and by document', async () => {
    const other = await vectors.ensureCollection(randomUUID());
    const records = Array.from({ length: 5 }, (_, index) => record(index));
    const stranger = { ...record(5), documentId: randomUUID() };
    await vectors.upsert(other, [...records, stranger]);

    const pages = [
      await vectors.list(other, { offset: 0, limit: 4 }),
      await vectors.list(other, { offset: 4, limit: 4 }),
    ];

    expect(pages.map((page) => page.length)).toEqual([4, 2]);
    expect(
      pages
        .flat()
        .map((vector) => vector.id)
        .sort(),
    ).toEqual([...records, stranger].map(({ id }) => id).sort());
    expect(pages[0]?.[0]).toMatchObject({ creatorId, documentId, source: 'upload' });
    expect(await vectors.idsOf(other, stranger.documentId, 10)).toEqual([stranger.id]);
    expect(await vectors.existing(other, [stranger.id, randomUUID()])).toEqual(new Set([stranger.id]));
  });

  test('replaces a vector that is stored again, and forgets removed ones', async () => {
    const other = await vectors.ensureCollection(randomUUID());
    const [kept, replaced, removed] = [record(1), record(2), record(3)];
    await vectors.upsert(other, [kept, replaced, removed]);

    await vectors.upsert(other, [{ ...replaced, chunkIndex: 9 }]);
    await vectors.remove(other, [removed.id, randomUUID()]);

    const hits = await vectors.query(other, axis, 10);
    expect(hits.map((hit) => hit.chunkIndex).sort()).toEqual([1, 9]);
  });

  test.each([
    ['small', 20],
    ['with a rest', 70],
  ])('an index that was let go from memory comes back whole: %s', async (_, count) => {
    const own = await vectors.ensureCollection(randomUUID());
    const records = Array.from({ length: count }, (_, index) => record(index));
    await vectors.upsert(own, records);
    await vectors.flush(own);
    await openOthers();

    const kept = await vectors.query(own, axis, count);
    const [gone, ...rest] = records;
    await vectors.remove(own, [gone?.id ?? '']);
    await openOthers();
    const left = await vectors.query(own, axis, count);

    expect(new Set(kept.map((hit) => hit.id))).toEqual(new Set(records.map(({ id }) => id)));
    expect(new Set(left.map((hit) => hit.id))).toEqual(new Set(rest.map(({ id }) => id)));
  });

  test('reads an index from its file ahead of a query, be it new or empty', async () => {
    const empty = await vectors.ensureCollection(randomUUID());
    const full = await vectors.ensureCollection(randomUUID());
    await vectors.upsert(full, [record(1), record(2)]);
    await vectors.flush(full);
    await openOthers();

    await Promise.all([vectors.open(empty), vectors.open(full)]);

    expect(await vectors.query(empty, axis, 1)).toEqual([]);
    expect((await vectors.query(full, axis, 5)).map((hit) => hit.chunkIndex)).toEqual([1, 2]);
    await expect(vectors.open(randomUUID())).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('says so when a collection is gone', async () => {
    await expect(vectors.query(randomUUID(), axis, 1)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(vectors.upsert(randomUUID(), [record(1)])).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('takes no offence at nothing', async () => {
    await vectors.upsert(collectionId, []);
    await vectors.remove(collectionId, []);
    await vectors.removeCollection(randomUUID());
  });

  test('that does not run is unavailable, without a word about where it should be', async () => {
    const away = openVectorIndex({
      url: 'http://127.0.0.1:9',
      http: openHttpClient({ name: `away-${randomUUID()}`, retries: 0 }),
    });

    const failure = await away.query(collectionId, axis, 1).catch((error: unknown) => error);

    expect(failure).toMatchObject({ name: 'APIError' });
    expect(String(failure)).not.toContain('127.0.0.1');
  });
});
