import type { Collection } from 'chromadb';
import { APIError } from '../../../shared/errors/api-error.ts';
import { openChromaClient } from './chroma-client.ts';
import { collectionName, ensureCollection, SYNC_THRESHOLD } from './chroma-collection.ts';
import { RecentIds } from './recent-ids.ts';
import { chromaFailure } from './upstream-failure.ts';

/** A vector as it is stored: ids and places alone, never a word of the text. */
export interface VectorRecord {
  readonly id: string;
  readonly embedding: readonly number[];
  readonly documentId: string;
  readonly chunkIndex: number;
  readonly creatorId: string;
  readonly source: string;
  /** ISO 8601. */
  readonly createdAt: string;
}

/** A vector that a query found. */
export interface VectorHit {
  readonly id: string;
  /** As stored; the caller compares it: Chroma is an index, not a boundary. */
  readonly creatorId: string;
  readonly documentId: string;
  readonly chunkIndex: number;
  /** Cosine distance: 0 the same direction, 1 unrelated, 2 opposite. */
  readonly distance: number;
}

/** A vector as the index tells of it; what it says is compared with Postgres. */
export interface StoredVector {
  readonly id: string;
  readonly creatorId: string;
  readonly documentId: string;
  readonly chunkIndex: number;
  readonly source: string;
}

/** Vectors of one creator in one collection. Texts are never stored here; what is lost can be rebuilt. */
export interface VectorIndex {
  /** Makes the creator's collection where it is missing. @returns its id, to be kept in Postgres */
  ensureCollection(creatorId: string): Promise<string>;
  /** Writes in batches; the same id again replaces. @throws APIError NOT_FOUND when the collection is gone */
  upsert(collectionId: string, records: readonly VectorRecord[]): Promise<void>;
  /**
   * Has the server read the index from its file, ahead of a query: a few milliseconds that can pass beside other work. Does
   * nothing for one that was queried lately. @throws as `query`
   */
  open(collectionId: string): Promise<void>;
  /** Nearest first. @throws APIError NOT_FOUND when the collection is gone */
  query(collectionId: string, embedding: readonly number[], count: number): Promise<VectorHit[]>;
  /** Those of the ids that are stored. @throws APIError NOT_FOUND when the collection is gone */
  existing(collectionId: string, ids: readonly string[]): Promise<ReadonlySet<string>>;
  /** A page of what is stored, in the order of storing. @throws APIError NOT_FOUND when the collection is gone */
  list(collectionId: string, page: { readonly offset: number; readonly limit: number }): Promise<StoredVector[]>;
  /** The ids of a document's vectors, at most `limit`; looks at every vector of the collection. */
  idsOf(collectionId: string, documentId: string, limit: number): Promise<string[]>;
  /** Unknown ids are no error. Flushes as well. @throws APIError NOT_FOUND when the collection is gone */
  remove(collectionId: string, ids: readonly string[]): Promise<void>;
  /**
   * Has the server write the index to its file. It keeps few in memory, and one that it opens again is as its file has
   * it: what was stored since is not found until the next change. @throws APIError NOT_FOUND when the collection is gone
   */
  flush(collectionId: string): Promise<void>;
  /** Removes the creator's whole collection; none is no error. */
  removeCollection(creatorId: string): Promise<void>;
}

export interface VectorIndexOptions {
  readonly url: string;
  /** The project's HTTP client. */
  readonly http: { readonly fetch: typeof fetch };
}

/** Well under the server's limits (5,461 records, 40 MB a body) and small enough to retry. */
const BATCH_SIZE = 200;

/** As many as the smallest server keeps in memory. */
const MAX_RECENT = 8;

/**
 * The index at `url`, through the project's HTTP client, whose time limits, retries and breaker hold here.
 *
 * @throws APIError UPSTREAM_FAILED, UPSTREAM_TIMEOUT or DEPENDENCY_UNAVAILABLE, from each of its functions
 */
export function openVectorIndex(options: VectorIndexOptions): VectorIndex {
  const client = openChromaClient(options);
  const run = <T>(work: () => Promise<T>) =>
    work().catch((error: unknown) => {
      throw chromaFailure(error);
    });

  const recent = new RecentIds(MAX_RECENT);
  return {
    ensureCollection: (creatorId) => run(() => ensureCollection(client, creatorId)),

    upsert: (collectionId, records) =>
      run(async () => {
        const collection = client.collection(collectionId);
        for (let start = 0; start < records.length; start += BATCH_SIZE) {
          await upsertBatch(collection, records.slice(start, start + BATCH_SIZE));
        }
      }),

    open: (collectionId) =>
      run(async () => {
        if (recent.has(collectionId)) return;
        // Vectors are read from the index itself, also where there are none of these ids.
        await client.collection(collectionId).get({ ids: FLUSH_IDS.slice(0, 1), include: ['embeddings'] });
      }),

    query: (collectionId, embedding, count) =>
      run(async () => {
        recent.add(collectionId);
        const found = await client.collection(collectionId).query({
          queryEmbeddings: [[...embedding]],
          nResults: count,
          include: ['metadatas', 'distances'],
        });
        return (found.ids[0] ?? []).map((id, place) => {
          const { source: _, ...stored } = toStored(id, found.metadatas[0]?.[place] ?? {});
          return { ...stored, distance: found.distances[0]?.[place] ?? 2 };
        });
      }),

    existing: (collectionId, ids) =>
      run(async () => {
        const found = new Set<string>();
        for (let start = 0; start < ids.length; start += BATCH_SIZE) {
          const some = ids.slice(start, start + BATCH_SIZE);
          const page = await client.collection(collectionId).get({ ids: [...some], include: [] });
          for (const id of page.ids) found.add(id);
        }
        return found;
      }),

    list: (collectionId, { offset, limit }) =>
      run(async () => {
        const page = await client.collection(collectionId).get({ offset, limit, include: ['metadatas'] });
        return page.ids.map((id, place) => toStored(id, page.metadatas[place] ?? {}));
      }),

    idsOf: (collectionId, documentId, limit) =>
      run(async () => {
        const where = { document_id: documentId };
        return (await client.collection(collectionId).get({ where, limit, include: [] })).ids;
      }),

    remove: (collectionId, ids) => run(() => removeAndFlush(client.collection(collectionId), ids)),

    flush: (collectionId) => run(() => removeAndFlush(client.collection(collectionId), [])),

    removeCollection: (creatorId) =>
      run(() => client.deleteCollection({ name: collectionName(creatorId) })).catch((error: unknown) => {
        if (!(error instanceof APIError && error.code === 'NOT_FOUND')) throw error;
      }),
  };
}

function toStored(id: string, metadata: Readonly<Record<string, unknown>>): StoredVector {
  return {
    id,
    creatorId: String(metadata.creator_id ?? ''),
    documentId: String(metadata.document_id ?? ''),
    chunkIndex: Number(metadata.chunk_index ?? -1),
    source: String(metadata.source ?? ''),
  };
}

/** The index is written once so much has changed, be it that what nobody has was removed. */
const FLUSH_IDS = Array.from({ length: SYNC_THRESHOLD }, (_, n) => `flush-${n}`);

async function removeAndFlush(collection: Collection, ids: readonly string[]): Promise<void> {
  const all = [...ids, ...FLUSH_IDS];
  for (let start = 0; start < all.length; start += BATCH_SIZE) {
    await collection.delete({ ids: all.slice(start, start + BATCH_SIZE) });
  }
}

async function upsertBatch(collection: Collection, batch: readonly VectorRecord[]): Promise<void> {
  await collection.upsert({
    ids: batch.map((record) => record.id),
    embeddings: batch.map((record) => [...record.embedding]),
    metadatas: batch.map((record) => ({
      document_id: record.documentId,
      chunk_index: record.chunkIndex,
      creator_id: record.creatorId,
      source: record.source,
      created_at: record.createdAt,
    })),
  });
}
