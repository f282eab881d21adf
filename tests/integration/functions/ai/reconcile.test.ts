import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openReconciliations } from '../../../../functions/ai/repositories/reconciliations.ts';
import { handleIngestMessage } from '../../../../functions/ai/use-cases/ingest/handle-ingest-message.ts';
import { reconcileKnowledge } from '../../../../functions/ai/use-cases/reconcile/reconcile-knowledge.ts';
import { fileKey } from '../../../../shared/config/file-keys.ts';
import { readKnowledge } from '../../../../shared/lifecycles/document/knowledge.ts';
import { reprocessDocument } from '../../../../shared/lifecycles/document/reprocess-document.ts';
import { type IngestWorld, openIngestWorld } from '../../../support/ingest-world.ts';
import { type TestDatabase, testDatabase } from '../../../support/test-database.ts';

let database: TestDatabase;
let world: IngestWorld;
beforeAll(async () => {
  database = await testDatabase();
});
beforeEach(async () => {
  world = await openIngestWorld(database);
  world.tools = {
    ...world.tools,
    // One chunk a line, without a process: what is compared does not depend on how texts are read.
    extractor: { ...world.tools.extractor, scan: async () => {} },
  };
});
afterEach(() => world.close());
afterAll(() => database.drop());

const hour = 3_600_000;

async function ingest(text: string): Promise<string> {
  const { documentId, uploadId } = await world.announce(text);
  await handleIngestMessage(world.tools, world.eventFor(documentId, uploadId));
  expect(await world.row(documentId)).toMatchObject({ status: 'ready' });
  return documentId;
}

const reconcile = () =>
  handleIngestMessage(world.tools, JSON.stringify({ kind: 'knowledge.reconcile', creator_id: world.creatorId }));

async function report(): Promise<Record<string, unknown> | undefined> {
  const rows = await world.tools.database.withTenant(world.creatorId, (db) =>
    db.query('select * from reconciliations where creator_id = $1', [world.creatorId]),
  );
  return rows[0];
}

const knowledge = () => world.tools.database.readAsTenant(world.creatorId, (db) => readKnowledge(db, world.creatorId));

test('a vector index that was wiped comes back from Postgres, with the same ids', async () => {
  await ingest('One text about bread.');
  await ingest(`Another text.\n\n${'It goes on for long. '.repeat(900)}`);
  const before = [...world.vectors.keys()].sort();
  world.vectors.clear();
  const lost = (await knowledge()).collectionId;
  const collectionId = randomUUID();
  world.tools.vectors.ensureCollection = async () => collectionId;

  await reconcile();

  expect([...world.vectors.keys()].sort()).toEqual(before);
  expect(before.length).toBeGreaterThan(4);
  expect(await knowledge()).toMatchObject({ collectionId, embeddingModel: 'nomic-embed-text' });
  expect(collectionId).not.toBe(lost);
  expect(await report()).toMatchObject({
    status: 'done',
    counts: { passages: before.length, restored: before.length },
  });
});

test('an upload into a new collection asks for the rest to come back, and full text answers until then', async () => {
  await ingest('Lost with the old collection.');
  world.vectors.clear();
  world.tools.vectors.ensureCollection = async () => '7f0d8c5e-2b7a-4d31-a9c4-5e1f7b3d9024';

  await ingest('The first of the new one.');

  expect((await knowledge()).embeddingModel).toBeUndefined();
  expect(await report()).toMatchObject({ status: 'waiting' });
  await reconcile();
  expect((await knowledge()).embeddingModel).toBe('nomic-embed-text');
  expect(world.vectors.size).toBe(2);
});

test('what differs from Postgres is removed: strays and old generations; what others own stays', async () => {
  const documentId = await ingest('Kept.');
  const [kept] = [...world.vectors.values()];
  if (!kept) throw new Error('no vector');
  const strays = [
    { ...kept, id: randomUUID(), chunkIndex: 7 },
    { ...kept, id: randomUUID(), documentId: randomUUID() },
    { ...kept, id: randomUUID(), creatorId: randomUUID() },
  ];
  const curated = { ...kept, id: randomUUID(), documentId: randomUUID(), source: 'answer' };
  for (const vector of [...strays, curated]) world.vectors.set(vector.id, vector);

  await reconcile();

  expect([...world.vectors.keys()].sort()).toEqual([kept.id, curated.id].sort());
  expect(await report()).toMatchObject({ counts: { strays: 3, restored: 0 } });
  expect(await world.row(documentId)).toMatchObject({ status: 'ready' });
});

test('a generation that is being made keeps its vectors', async () => {
  const documentId = await ingest('First.');
  const { upsert } = world.tools.vectors;
  const message = JSON.stringify({ kind: 'document.process', creator_id: world.creatorId, document_id: documentId });
  await world.asHub.withTenant(world.creatorId, (db) => reprocessDocument(db, world.creatorId, documentId));
  world.tools.vectors.upsert = async (collection, records) => {
    await upsert(collection, records);
    throw new Error('crashed behind the upsert');
  };
  await handleIngestMessage(world.tools, message).catch(() => {});
  world.tools.vectors.upsert = upsert;

  await reconcile();

  expect(world.vectors.size).toBe(2);
});

test('under another model every vector is made anew, and the vectors answer only when all are', async () => {
  await ingest('One.');
  await ingest('Two.');
  world.tools = { ...world.tools, models: { ...world.tools.models, embeddingModel: 'other-model' } };
  world.embedded.length = 0;

  await ingest('Three, under the new model.');
  const between = (await knowledge()).embeddingModel;
  await reconcile();

  expect(between).toBe('nomic-embed-text');
  expect((await knowledge()).embeddingModel).toBe('other-model');
  expect(world.embedded.sort()).toEqual(['One.', 'Three, under the new model.', 'Two.']);
  await reconcile();
  expect(world.embedded).toHaveLength(3);
});

test('a run that is cut short goes on where it stopped', async () => {
  for (const text of ['a', 'b', 'c']) await ingest(text);
  world.vectors.clear();

  const outcomes: string[] = [];
  for (let run = 0; run < 20 && outcomes.at(-1) !== 'done'; run += 1) {
    outcomes.push(await reconcileKnowledge(world.tools, world.creatorId, undefined, 0));
  }

  expect(outcomes.length).toBeGreaterThan(3);
  expect(outcomes.at(-1)).toBe('done');
  expect(world.vectors.size).toBe(3);
  expect(await report()).toMatchObject({ counts: { passages: 3, restored: 3 } });
});

test('two workers do not compare at once', async () => {
  await world.tools.database.withTenant(world.creatorId, (db) =>
    openReconciliations(db, world.creatorId).claim({
      ...{ creatorId: world.creatorId, workerId: randomUUID(), leaseMs: 60_000 },
    }),
  );

  expect(await reconcileKnowledge(world.tools, world.creatorId)).toBe('stepped-aside');
});

test('a passage that was replaced while its vector was made anew leaves no vector behind', async () => {
  const documentId = await ingest('Old words.');
  world.vectors.clear();
  world.interrupt = async (step) => {
    if (step !== 'embed') return;
    world.interrupt = () => {};
    await world.tools.database.withTenant(world.creatorId, (db) =>
      db.query('delete from documents where creator_id = $1 and id = $2', [world.creatorId, documentId]),
    );
  };

  await reconcile();

  expect(world.vectors.size).toBe(0);
});

test('originals that nobody owns go after an hour; young ones stay; lost ones are told', async () => {
  const documentId = await ingest('Kept.');
  const lost = await ingest('Its original is lost.');
  const lostKey = [...world.library.keys()].find((key) => key.includes(lost)) ?? '';
  world.library.delete(lostKey);
  const replaced = fileKey(world.creatorId, documentId, randomUUID());
  const orphan = fileKey(world.creatorId, randomUUID(), randomUUID());
  const young = fileKey(world.creatorId, randomUUID(), randomUUID());
  const foreign = `creators/${world.creatorId}/exports/all.zip`;
  const own = [...world.library.keys()];
  for (const key of [replaced, orphan, young, foreign]) world.library.set(key, Buffer.from('x'));
  world.storedAt = (key) => new Date(Date.now() - (key === young ? 0.5 : 2) * hour);

  await reconcile();

  expect([...world.library.keys()].sort()).toEqual([...own, young, foreign].sort());
  expect(await report()).toMatchObject({ counts: { files: 2, lost: 1 }, lost_originals: [lost] });
});

test('curated answers whose vectors are missing or of another model are sent to be indexed again', async () => {
  await ingest('A text.');
  const [kept, missing, older] = [randomUUID(), randomUUID(), randomUUID()];
  const chunks = new Map([kept, missing, older].map((id) => [id, randomUUID()]));
  for (const [id, chunk] of chunks) {
    await world.asHub.withTenant(world.creatorId, (db) =>
      db.query(
        `insert into curated_answers (creator_id, id, question, answer, chunk_id, indexed_generation, embedding_model)
         values ($1, $2, 'Who?', 'Me.', $3, 1, $4)`,
        [world.creatorId, id, chunk, id === older ? 'an older model' : 'nomic-embed-text'],
      ),
    );
  }
  const [record] = [...world.vectors.values()];
  if (!record) throw new Error('no vector');
  for (const id of [kept, older]) {
    const chunk = chunks.get(id) ?? '';
    world.vectors.set(chunk, { ...record, id: chunk, documentId: id, source: 'answer' });
  }

  await reconcile();

  const rows = await world.asHub.withTenant(world.creatorId, (db) =>
    db.query('select id from curated_answers where creator_id = $1 and indexed_generation is null', [world.creatorId]),
  );
  expect(rows.map((row) => row.id).sort()).toEqual([missing, older].sort());
  expect(world.vectors.has(chunks.get(kept) ?? '')).toBe(true);
  expect(world.vectors.has(chunks.get(older) ?? '')).toBe(false);
});

test('a message of a creator that is gone is done, and nothing comes of it', async () => {
  const creator_id = randomUUID();

  await handleIngestMessage(world.tools, JSON.stringify({ kind: 'knowledge.reconcile', creator_id }));

  const left = await world.tools.database.readAsTenant(creator_id, (db) =>
    db.query('select creator_id from reconciliations where creator_id = $1', [creator_id]),
  );
  expect(left).toEqual([]);
});
