import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import type { VectorRecord } from '../../functions/ai/gateways/chroma.ts';
import { openExtractor } from '../../functions/ai/gateways/extractor.ts';
import type { FileStore } from '../../functions/ai/gateways/file-store.ts';
import { builtInOnly } from '../../functions/ai/gateways/malware-scanner.ts';
import { openReconciliations } from '../../functions/ai/repositories/reconciliations.ts';
import type { IngestTools } from '../../functions/ai/use-cases/ingest/ingest-tools.ts';
import { fileKey } from '../../shared/config/file-keys.ts';
import { openPool } from '../../shared/database/pool.ts';
import { openTenantDatabase } from '../../shared/database/tenant-database.ts';
import { DocumentProcessingError } from '../../shared/errors/document-processing-error.ts';
import { openDocument } from '../../shared/lifecycles/document/open-document.ts';
import { openPage } from '../../shared/lifecycles/document/open-page.ts';
import { EXTRACTOR } from './extractor-program.ts';
import { noAnswerCache } from './no-answer-cache.ts';
import { makeTenant } from './tenant-fixture.ts';
import type { TestDatabase } from './test-database.ts';

/** Called before each step that leaves the process; throw to make the step fail. */
export type Interrupt = (step: string) => void | Promise<void>;

/** Everything around the ingest but Postgres and the extractor, which are real. */
export async function openIngestWorld(testDatabase: TestDatabase) {
  const { creatorId } = await makeTenant(testDatabase);
  const pool = openPool(testDatabase.urlFor('ai'));
  const hubPool = openPool(testDatabase.urlFor('hub'));
  const database = openTenantDatabase(pool);
  const asHub = openTenantDatabase(hubPool);
  const uploads = new Map<string, Buffer>();
  const library = new Map<string, Buffer>();
  const vectors = new Map<string, VectorRecord>();
  const collectionId = randomUUID();
  const pages = new Map<string, string>();
  const world = {
    interrupt: ((_step: string) => {}) as Interrupt,
    embedded: [] as string[],
    /** What it sent to its own queue. */
    sent: [] as string[],
    storedAt: (_key: string) => new Date(),
  };

  const fetchFrom = async (bucket: Map<string, Buffer>, key: string, path: string) => {
    const bytes = bucket.get(key);
    if (bytes) await writeFile(path, bytes);
    return bytes !== undefined;
  };
  const files: FileStore = {
    fetchUpload: async (key, _version, path) => {
      await world.interrupt('fetch');
      return fetchFrom(uploads, key, path);
    },
    fetchOriginal: (key, path) => fetchFrom(library, key, path),
    async storeOriginal(key, path) {
      await world.interrupt('store');
      library.set(key, await readFile(path));
    },
    async removeAll(prefix) {
      await world.interrupt('remove files');
      for (const bucket of [uploads, library]) {
        for (const key of bucket.keys()) if (key.startsWith(prefix)) bucket.delete(key);
      }
      return 0;
    },
    async removeUpload(key) {
      uploads.delete(key);
    },
    async countAll(prefix) {
      return [...uploads.keys(), ...library.keys()].filter((key) => key.startsWith(prefix)).length;
    },
    hasOriginal: async (key) => library.has(key),
    async listOriginals(prefix, { after = '', limit }) {
      const keys = [...library.keys()].filter((key) => key.startsWith(prefix) && key > after).sort();
      const files = keys.slice(0, limit).map((key) => ({ key, storedAt: world.storedAt(key) }));
      return { files, next: keys.length > limit ? files.at(-1)?.key : undefined };
    },
    async removeOriginals(keys) {
      for (const key of keys) library.delete(key);
    },
  };
  const tools: IngestTools = {
    database,
    files,
    pages: {
      async fetch(url, path) {
        await world.interrupt('fetch page');
        const page = pages.get(url);
        if (page === undefined) throw new DocumentProcessingError('FETCH_REFUSED', 'There is no such page.');
        await writeFile(path, page);
        return { contentType: 'text/html', sizeBytes: Buffer.byteLength(page) };
      },
    },
    malware: builtInOnly,
    extractor: openExtractor({ ...EXTRACTOR, timeoutMs: 20_000 }),
    models: {
      embeddingModel: 'nomic-embed-text',
      async embed(texts) {
        await world.interrupt('embed');
        world.embedded.push(...texts);
        return texts.map(() => [1, 0]);
      },
    },
    answers: noAnswerCache,
    traces: { remove: async () => {}, count: async () => 0 },
    reconciliations: openReconciliations,
    queue: {
      send: async (message) => {
        world.sent.push(JSON.stringify(message));
      },
    },
    vectors: {
      ensureCollection: async () => collectionId,
      async upsert(_collection, records) {
        await world.interrupt('upsert');
        for (const record of records) vectors.set(record.id, record);
      },
      async remove(_collection, ids) {
        await world.interrupt('remove vectors');
        for (const id of ids) vectors.delete(id);
      },
      flush: async () => world.interrupt('flush'),
      existing: async (_collection, ids) => new Set(ids.filter((id) => vectors.has(id))),
      list: async (_collection, { offset, limit }) => [...vectors.values()].slice(offset, offset + limit),
      idsOf: async (_collection, documentId) =>
        [...vectors.values()].filter((record) => record.documentId === documentId).map((record) => record.id),
    },
  };

  let events = 0;
  return Object.assign(world, {
    creatorId,
    tools,
    asHub,
    pool,
    pages,
    uploads,
    library,
    vectors,
    /** A document that waits for `content`; the file is there, its event is not. */
    async announce(content: string | Buffer, contentType = 'text/plain') {
      const bytes = Buffer.from(content);
      const [documentId, uploadId] = [randomUUID(), randomUUID()];
      await asHub.withTenant(creatorId, (db) =>
        openDocument(db, {
          ...{ creatorId, documentId, uploadId, title: 'A text', filename: 'text.txt', contentType },
          ...{ sizeBytes: bytes.length, source: 'upload' },
        }),
      );
      uploads.set(fileKey(creatorId, documentId, uploadId), bytes);
      return { documentId, uploadId };
    },
    /** A page that waits to be fetched. */
    async announcePage(url: string): Promise<string> {
      const documentId = randomUUID();
      const page = { creatorId, documentId, uploadId: randomUUID(), title: 'site.test/page', url };
      await asHub.withTenant(creatorId, (db) => openPage(db, page));
      return documentId;
    },
    /** The event that S3 sends when a file has arrived. */
    eventFor(documentId: string, uploadId: string, sequencer = (++events).toString(16).padStart(16, '0')): string {
      const key = encodeURIComponent(fileKey(creatorId, documentId, uploadId));
      return JSON.stringify({ Records: [{ eventName: 'ObjectCreated:Post', s3: { object: { key, sequencer } } }] });
    },
    /** A document's row as it stands, past the life cycle. */
    async row(documentId: string): Promise<Record<string, unknown> | undefined> {
      const rows = await database.withTenant(creatorId, (db) =>
        db.query('select * from documents where creator_id = $1 and id = $2', [creatorId, documentId]),
      );
      return rows[0];
    },
    async chunks(documentId: string): Promise<readonly Record<string, unknown>[]> {
      return database.withTenant(creatorId, (db) =>
        db.query('select * from chunks where creator_id = $1 and document_id = $2 order by generation, chunk_index', [
          creatorId,
          documentId,
        ]),
      );
    },
    /** As though the lease's holder had stopped breathing half a minute ago. */
    async runOutLease(documentId: string): Promise<void> {
      await database.withTenant(creatorId, (db) =>
        db.query(
          `update documents set lease_until = now() - interval '1 second'
           where creator_id = $1 and id = $2 and lease_owner is not null`,
          [creatorId, documentId],
        ),
      );
    },
    async close() {
      await Promise.all([pool.end(), hubPool.end()]);
    },
  });
}

export type IngestWorld = Awaited<ReturnType<typeof openIngestWorld>>;
