import { readFile, writeFile } from 'node:fs/promises';
import type { VectorRecord } from '../../../functions/ai/gateways/chroma.ts';
import { builtInOnly } from '../../../functions/ai/gateways/malware-scanner.ts';
import { openReconciliations } from '../../../functions/ai/repositories/reconciliations.ts';
import { handleIngestMessage } from '../../../functions/ai/use-cases/ingest/handle-ingest-message.ts';
import type { IngestTools } from '../../../functions/ai/use-cases/ingest/ingest-tools.ts';
import { fileKey } from '../../../shared/config/file-keys.ts';
import type { TenantDatabase } from '../../../shared/database/tenant-database.ts';
import { expireDocument } from '../../../shared/lifecycles/document/fail-document.ts';
import { openDocument } from '../../../shared/lifecycles/document/open-document.ts';
import { wantRecut } from '../../../shared/lifecycles/document/recut-document.ts';
import { reopenUpload } from '../../../shared/lifecycles/document/reopen-upload.ts';
import { reprocessDocument } from '../../../shared/lifecycles/document/reprocess-document.ts';
import { tombstoneDocument } from '../../../shared/lifecycles/document/tombstone-document.ts';
import { noAnswerCache } from '../no-answer-cache.ts';
import { type Mutation, openMemoryDatabase } from './memory-database.ts';
import { stepByStep } from './step-by-step.ts';

const CREATOR = '0d8f1c1e-6a4b-4c7e-9f57-2f0e5a1b3c4d';
const DOCUMENT = '7b1e9c52-3d4f-4a8b-8c6d-9e0f1a2b3c4d';
const COLLECTION = 'c0ffee00-0000-4000-8000-000000000001';
const LEASE_MS = 31_000;
const HOUR_MS = 3_600_000;

export interface ModelOptions {
  readonly mutate?: Mutation | undefined;
}

/** Long enough for three chunks of eight tokens; every chunk names its text. */
const textOf = (version: number) => Array.from({ length: 3 }, () => `v${version} one two three four.`).join('\n\n');
const uuidOf = (number: number) => `00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;

/**
 * One document of one creator: the real life cycle and the real use cases over stores in memory, with every step that
 * leaves the process under the schedule's control.
 */
export async function openDocumentModel({ mutate }: ModelOptions = {}) {
  const clock = { now: new Date(1_700_000_000_000) };
  const memory = openMemoryDatabase(clock, mutate);
  const workers = stepByStep();
  const uploads = new Map<string, string>();
  const library = new Map<string, string>();
  const vectors = new Map<string, VectorRecord>();
  let chunkTokens = 12;
  memory.set('creators', { creator_id: CREATOR, id: CREATOR });
  memory.set('creator_settings', { creator_id: CREATOR, chunk_tokens: chunkTokens, overlap_tokens: 0 });

  const age = { filesStoredAt: () => new Date() };
  const database: TenantDatabase = {
    withTenant: (creatorId, work) => workers.step(() => memory.database.withTenant(creatorId, work)),
    readAsTenant: memory.database.readAsTenant,
    changeAtOnce: (creatorId, work) => workers.step(() => memory.database.changeAtOnce(creatorId, work)),
  };
  const tools: IngestTools = {
    database,
    files: modelFiles(uploads, library, workers.step, age),
    malware: builtInOnly,
    extractor: {
      scan: async () => {},
      async *extract(path) {
        yield { type: 'block', text: await readFile(path, 'utf8') };
      },
    },
    pages: {
      fetch: async () => {
        throw new Error('the model has no pages');
      },
    },
    models: {
      embeddingModel: 'model',
      embed: (texts) => workers.step(async () => texts.map(() => [1])),
    },
    answers: noAnswerCache,
    traces: { remove: async () => {}, count: async () => 0 },
    reconciliations: openReconciliations,
    queue: { send: async () => {} },
    vectors: {
      ensureCollection: async () => COLLECTION,
      upsert: (_id, records) =>
        workers.step(async () => {
          for (const record of records) vectors.set(record.id, record);
        }),
      remove: (_id, ids) =>
        workers.step(async () => {
          for (const id of ids) vectors.delete(id);
        }),
      flush: () => workers.step(async () => {}),
      existing: async (_id, ids) => new Set(ids.filter((id) => vectors.has(id))),
      list: async (_id, { offset, limit }) => [...vectors.values()].slice(offset, offset + limit),
      idsOf: async (_id, documentId) =>
        [...vectors.values()].filter((record) => record.documentId === documentId).map((record) => record.id),
    },
  };

  let versions = 0;
  let changes = 1;
  const events: string[] = [];
  const acknowledged = new Set<string>();
  /** Texts that were announced, and whose files are still on their way. */
  let announced: number[] = [0];
  const arrived = new Set<number>();
  const asHub = memory.database.withTenant;
  const send = (version: number) => {
    const key = fileKey(CREATOR, DOCUMENT, uuidOf(version));
    uploads.set(key, textOf(version));
    arrived.add(version);
    const sequencer = (events.length + 1).toString(16).padStart(4, '0');
    events.push(JSON.stringify({ Records: [{ eventName: 'ObjectCreated:Post', s3: { object: { key, sequencer } } }] }));
  };
  const arrive = () => {
    const version = announced.shift();
    if (version !== undefined) send(version);
    return version !== undefined;
  };
  await asHub(CREATOR, (db) =>
    openDocument(db, {
      ...{ creatorId: CREATOR, documentId: DOCUMENT, uploadId: uuidOf(0), title: 'A text', filename: 'a.txt' },
      ...{ contentType: 'text/plain', sizeBytes: textOf(0).length, source: 'upload' },
    }),
  );
  arrive();

  const message = (kind: string) => JSON.stringify({ kind, creator_id: CREATOR, document_id: DOCUMENT });
  return {
    workers,
    tools,
    events,
    uploads,
    library,
    vectors,
    documentId: DOCUMENT,
    /** The newest text that was announced. */
    newest: () => versions,
    hasArrived: (version: number) => arrived.has(version),
    /** The text whose upload the row holds, or waits for while it never held one. */
    held: () =>
      Array.from({ length: versions + 1 }, (_, version) => version).find(
        (version) => uuidOf(version) === memory.rows('documents')[0]?.upload_id,
      ),
    /** How many contents the document has been given, those that were never read included. */
    changes: () => changes,
    now: () => clock.now,
    row: () => memory.rows('documents')[0],
    chunks: () => memory.rows('chunks'),
    receipts: () => memory.rows('erasure_receipts'),
    /** As though more than an hour had passed for every file. */
    filesGrowOld() {
      age.filesStoredAt = () => new Date(0);
    },
    leaseRunsOut() {
      clock.now = new Date(clock.now.getTime() + LEASE_MS);
    },
    deliver: (body: string) =>
      workers.start(async () => {
        await handleIngestMessage(tools, body);
        acknowledged.add(body);
      }),
    /** Events that the queue has to deliver still, for no worker has acknowledged them. */
    unacknowledged: () => events.filter((event) => !acknowledged.has(event)),
    message,
    async replace() {
      const upload = { uploadId: uuidOf(versions + 1), filename: 'a.txt', contentType: 'text/plain' };
      const sizeBytes = textOf(versions + 1).length;
      const row = await asHub(CREATOR, (db) => reopenUpload(db, CREATOR, DOCUMENT, { ...upload, sizeBytes }));
      if (!row) return;
      versions += 1;
      changes += 1;
      announced.push(versions);
    },
    /** The file of the oldest announcement is there, and so is the event that tells of it; false when none is awaited. */
    arrive,
    /** Nobody will use the newest form any more. */
    abandonForm() {
      announced = announced.filter((version) => version !== versions);
    },
    /** The file of a form that was used already is posted once more. */
    postAgain: (choose: (versions: readonly number[]) => number) => {
      if (arrived.size > 0) send(choose([...arrived]));
    },
    /** More than any deadline passes while nothing is being done; the sweeper ends what is overdue. */
    async hourPasses() {
      if (memory.rows('documents')[0]?.status !== 'ready') return;
      clock.now = new Date(clock.now.getTime() + HOUR_MS);
      await asHub(CREATOR, (db) => expireDocument(db, CREATOR, DOCUMENT));
    },
    async reprocess() {
      if (await asHub(CREATOR, (db) => reprocessDocument(db, CREATOR, DOCUMENT))) changes += 1;
    },
    /** Other chunk settings: whatever was cut under the earlier ones is to be cut again. */
    async changeSettings() {
      chunkTokens = chunkTokens === 12 ? 14 : 12;
      memory.set('creator_settings', { creator_id: CREATOR, chunk_tokens: chunkTokens, overlap_tokens: 0 });
      await asHub(CREATOR, (db) => wantRecut(db, CREATOR));
      changes += 1;
    },
    chunkTokens: () => chunkTokens,
    remove: () => asHub(CREATOR, (db) => tombstoneDocument(db, CREATOR, DOCUMENT)),
  };
}
export type DocumentModel = Awaited<ReturnType<typeof openDocumentModel>>;

function modelFiles(
  uploads: Map<string, string>,
  library: Map<string, string>,
  step: <T>(work: () => Promise<T>) => Promise<T>,
  age: { filesStoredAt: () => Date },
): IngestTools['files'] {
  const fetchFrom = async (bucket: Map<string, string>, key: string, path: string) => {
    const text = bucket.get(key);
    if (text !== undefined) await writeFile(path, text);
    return text !== undefined;
  };
  const under = (prefix: string) => [...uploads.keys(), ...library.keys()].filter((key) => key.startsWith(prefix));
  return {
    fetchUpload: (key, _version, path) => step(() => fetchFrom(uploads, key, path)),
    fetchOriginal: (key, path) => step(() => fetchFrom(library, key, path)),
    storeOriginal: (key, path) => step(async () => void library.set(key, await readFile(path, 'utf8'))),
    removeAll: (prefix) =>
      step(async () => {
        const keys = under(prefix);
        for (const key of keys) if (!uploads.delete(key)) library.delete(key);
        for (const key of under(prefix)) library.delete(key);
        return keys.length;
      }),
    removeUpload: (key) => step(async () => void uploads.delete(key)),
    countAll: async (prefix) => under(prefix).length,
    hasOriginal: async (key) => library.has(key),
    listOriginals: async (prefix) => {
      const files = [...library.keys()].filter((key) => key.startsWith(prefix)).sort();
      return { files: files.map((key) => ({ key, storedAt: age.filesStoredAt() })), next: undefined };
    },
    removeOriginals: (keys) =>
      step(async () => {
        for (const key of keys) library.delete(key);
      }),
  };
}
