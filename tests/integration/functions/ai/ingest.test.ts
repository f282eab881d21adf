import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { handleIngestMessage } from '../../../../functions/ai/use-cases/ingest/handle-ingest-message.ts';
import { fileKey } from '../../../../shared/config/file-keys.ts';
import { chunkId } from '../../../../shared/lifecycles/document/chunk-id.ts';
import { claimDocument } from '../../../../shared/lifecycles/document/claim-document.ts';
import { reopenUpload } from '../../../../shared/lifecycles/document/reopen-upload.ts';
import { reprocessDocument } from '../../../../shared/lifecycles/document/reprocess-document.ts';
import { tombstoneDocument } from '../../../../shared/lifecycles/document/tombstone-document.ts';
import { type IngestWorld, openIngestWorld } from '../../../support/ingest-world.ts';
import { makePdf } from '../../../support/make-pdf.ts';
import { type TestDatabase, testDatabase } from '../../../support/test-database.ts';
import { until } from '../../../support/until.ts';

let database: TestDatabase;
let world: IngestWorld;
beforeAll(async () => {
  database = await testDatabase();
  world = await openIngestWorld(database);
});
afterAll(async () => {
  await world.close();
  await database.drop();
});
beforeEach(() => {
  world.interrupt = () => {};
  world.embedded = [];
});

const handle = (body: string) => handleIngestMessage(world.tools, body);
const message = (kind: 'process' | 'collect', documentId: string) =>
  JSON.stringify({ kind: `document.${kind}`, creator_id: world.creatorId, document_id: documentId });
const LONG_TEXT = Array.from({ length: 900 }, (_, n) => `Sentence number ${n} tells a little more about bread.`).join(
  ' ',
);

describe('a document', () => {
  test('becomes ready, with its chunks, its vectors and a trace in the audit trail', async () => {
    const { documentId, uploadId } = await world.announce(
      await makePdf([['On bread.'], ['On butter.']]),
      'application/pdf',
    );

    await handle(world.eventFor(documentId, uploadId));

    expect(await world.row(documentId)).toMatchObject({
      ...{ status: 'ready', generation: 1, live_generation: 1, chunk_count: 1, lease_owner: null },
      ...{ progress_stage: 'done', embedding_model: 'nomic-embed-text' },
    });
    const [chunk] = await world.chunks(documentId);
    expect(chunk).toMatchObject({ id: chunkId(documentId, 1, 0), text: 'On bread.\n\nOn butter.', page: 1 });
    expect(world.vectors.get(String(chunk?.id))).toMatchObject({
      documentId,
      creatorId: world.creatorId,
      chunkIndex: 0,
    });
    expect(world.library.has(fileKey(world.creatorId, documentId, uploadId))).toBe(true);
    const trail = await world.tools.database.withTenant(world.creatorId, (db) =>
      db.query('select action from audit_events where creator_id = $1 and subject_id = $2', [
        world.creatorId,
        documentId,
      ]),
    );
    expect(trail).toEqual([{ action: 'document.published' }]);
  });

  test('that is delivered three times is read once', async () => {
    const { documentId, uploadId } = await world.announce('Once is enough.');
    const event = world.eventFor(documentId, uploadId);

    await handle(event);
    await handle(event);
    await handle(message('process', documentId));

    expect(world.embedded).toHaveLength(1);
    expect(await world.row(documentId)).toMatchObject({ status: 'ready', generation: 1, attempt: 1 });
  });

  test('that is delivered twice at once is read by one worker', async () => {
    const { documentId, uploadId } = await world.announce('Two at once.');
    const event = world.eventFor(documentId, uploadId);

    await Promise.all([handle(event), handle(event)]);

    expect(world.embedded).toHaveLength(1);
    expect(await world.chunks(documentId)).toHaveLength(1);
  });

  test.each([
    ['an older event', 'FE99'],
    ['a newer one, as when its form is sent again', 'FF02'],
  ])('is not replaced by %s of the same upload', async (_, sequencer) => {
    const { documentId, uploadId } = await world.announce('What was taken.');
    await handle(world.eventFor(documentId, uploadId, 'ff01'));
    world.uploads.set(fileKey(world.creatorId, documentId, uploadId), Buffer.from('Something else.'));

    await handle(world.eventFor(documentId, uploadId, sequencer));

    expect(await world.row(documentId)).toMatchObject({ generation: 1, sequencer: 'ff01', status: 'ready' });
    expect((await world.chunks(documentId)).map((chunk) => chunk.text)).toEqual(['What was taken.']);
  });

  test.each([
    ['not as announced', Buffer.from('longer than announced'), 'rejected', 'TYPE_MISMATCH'],
    ['empty', Buffer.alloc(0), 'failed', 'EMPTY'],
  ])('whose file is %s ends with a reason, outside the library', async (_, bytes, status, error_code) => {
    const { documentId, uploadId } = await world.announce('announced');
    const key = fileKey(world.creatorId, documentId, uploadId);
    world.uploads.set(key, bytes);

    await handle(world.eventFor(documentId, uploadId));

    expect(await world.row(documentId)).toMatchObject({ status, error_code, lease_owner: null });
    expect(world.library.has(key)).toBe(false);
  });

  test('goes on answering in its old form until its replacement is whole', async () => {
    const { documentId, uploadId } = await world.announce('The old text.');
    await handle(world.eventFor(documentId, uploadId));
    const newUpload = randomUUID();
    const bytes = Buffer.from('The new text.');
    await world.asHub.withTenant(world.creatorId, (db) =>
      reopenUpload(db, world.creatorId, documentId, {
        ...{ uploadId: newUpload, filename: 'new.txt', contentType: 'text/plain', sizeBytes: bytes.length },
      }),
    );
    world.uploads.set(fileKey(world.creatorId, documentId, newUpload), bytes);
    let textsWhileEmbedding: unknown[] = [];
    world.interrupt = async (step) => {
      if (step === 'upsert') textsWhileEmbedding = (await world.chunks(documentId)).map((chunk) => chunk.text);
    };

    await handle(world.eventFor(documentId, newUpload));

    expect(textsWhileEmbedding).toEqual(['The old text.']);
    expect((await world.chunks(documentId)).map((chunk) => chunk.text)).toEqual(['The new text.']);
    expect(world.vectors.has(chunkId(documentId, 1, 0))).toBe(false);
    expect(world.vectors.has(chunkId(documentId, 2, 0))).toBe(true);
  });
});

describe('progress', () => {
  test('tells how many passages there will be before the first is stored', async () => {
    const { documentId, uploadId } = await world.announce(LONG_TEXT);
    const gate = Promise.withResolvers<void>();
    world.interrupt = (step) => (step === 'upsert' ? gate.promise : undefined);

    const handled = handle(world.eventFor(documentId, uploadId));
    const row = await until('a total', async () => {
      const now = await world.row(documentId);
      return Number(now?.progress_total) > 0 && now;
    });
    gate.resolve();
    await handled;

    const { chunk_count: chunkCount } = (await world.row(documentId)) ?? {};
    expect(row).toMatchObject({ progress_stage: 'embed', progress_done: 0, progress_total: chunkCount });
  });
});

describe('work that is interrupted', () => {
  test.each(['fetch', 'store', 'embed', 'upsert'])(
    'by a passing failure at "%s" goes on with the next delivery',
    async (at) => {
      const { documentId, uploadId } = await world.announce('Try, try again.');
      world.interrupt = (step) => {
        if (step === at) throw new Error('passing');
      };
      await expect(handle(world.eventFor(documentId, uploadId))).rejects.toThrow('passing');
      world.interrupt = () => {};

      await handle(message('process', documentId));

      expect(await world.row(documentId)).toMatchObject({ status: 'ready', generation: 1, attempt: 2, deaths: 0 });
    },
  );

  test('goes on at the batch it had reached', async () => {
    const { documentId, uploadId } = await world.announce(LONG_TEXT.repeat(8));
    let upserts = 0;
    world.interrupt = (step) => {
      if (step === 'upsert') upserts += 1;
      if (upserts > 1) throw new Error('passing');
    };
    await expect(handle(world.eventFor(documentId, uploadId))).rejects.toThrow('passing');
    world.interrupt = () => {};
    world.embedded = [];
    const kept = Number((await world.row(documentId))?.embedded_chunks);

    await handle(message('process', documentId));

    const row = await world.row(documentId);
    expect(row).toMatchObject({ status: 'ready' });
    expect(kept).toBeGreaterThan(0);
    expect(world.embedded).toHaveLength(Number(row?.chunk_count) - kept);
    expect(world.vectors.size).toBeGreaterThanOrEqual(Number(row?.chunk_count));
  });

  test('by the death of two workers ends as failed', async () => {
    const { documentId, uploadId } = await world.announce('Deadly.');
    world.interrupt = () => new Promise(() => {});
    void handle(world.eventFor(documentId, uploadId));
    for (const deaths of [0, 1]) {
      await expect.poll(() => world.row(documentId)).toMatchObject({ deaths, attempt: deaths + 1 });
      await world.runOutLease(documentId);
      if (deaths === 0) void handle(message('process', documentId));
    }

    await handle(message('process', documentId));

    expect(await world.row(documentId)).toMatchObject({ status: 'failed', error_code: 'INTERNAL' });
  });

  test('and taken over by another worker writes nothing more', async () => {
    const { documentId, uploadId } = await world.announce('Mine, no, mine.');
    const other = randomUUID();
    world.interrupt = async (step) => {
      if (step !== 'upsert') return;
      await world.runOutLease(documentId);
      await world.tools.database.withTenant(world.creatorId, (db) =>
        claimDocument(db, { creatorId: world.creatorId, documentId, workerId: other, leaseMs: 30_000 }),
      );
    };

    await handle(world.eventFor(documentId, uploadId));

    expect(await world.row(documentId)).toMatchObject({
      status: 'processing',
      lease_owner: other,
      live_generation: null,
    });
    expect(await world.chunks(documentId)).toHaveLength(0);
  });
});

describe('a deletion', () => {
  test('removes passages at once, and files, vectors and the row when it is collected', async () => {
    const { documentId, uploadId } = await world.announce('Forget me.');
    await handle(world.eventFor(documentId, uploadId));
    await world.asHub.withTenant(world.creatorId, (db) => tombstoneDocument(db, world.creatorId, documentId));
    expect(await world.chunks(documentId)).toHaveLength(0);

    await handle(message('collect', documentId));
    await handle(message('collect', documentId));

    expect(await world.row(documentId)).toBeUndefined();
    expect(world.vectors.has(chunkId(documentId, 1, 0))).toBe(false);
    expect([...world.uploads.keys(), ...world.library.keys()].filter((key) => key.includes(documentId))).toEqual([]);
  });

  test.each(['remove files', 'remove vectors'])('that breaks at "%s" is finished by the next delivery', async (at) => {
    const { documentId, uploadId } = await world.announce('Forget me, too.');
    await handle(world.eventFor(documentId, uploadId));
    await world.asHub.withTenant(world.creatorId, (db) => tombstoneDocument(db, world.creatorId, documentId));
    world.interrupt = (step) => {
      if (step === at) throw new Error('passing');
    };
    await expect(handle(message('collect', documentId))).rejects.toThrow('passing');
    world.interrupt = () => {};

    await handle(message('collect', documentId));

    expect(await world.row(documentId)).toBeUndefined();
  });

  test('while the document is being read wins over the publication', async () => {
    const { documentId, uploadId } = await world.announce('Too late.');
    world.interrupt = async (step) => {
      if (step !== 'upsert') return;
      await world.asHub.withTenant(world.creatorId, (db) => tombstoneDocument(db, world.creatorId, documentId));
    };

    await handle(world.eventFor(documentId, uploadId));
    await handle(message('collect', documentId));

    expect(await world.row(documentId)).toBeUndefined();
    expect(world.vectors.has(chunkId(documentId, 1, 0))).toBe(false);
  });

  test('leaves no place for a file that arrives afterwards', async () => {
    const { documentId, uploadId } = await world.announce('Late.');
    await world.asHub.withTenant(world.creatorId, (db) => tombstoneDocument(db, world.creatorId, documentId));
    await handle(message('collect', documentId));
    const key = fileKey(world.creatorId, documentId, uploadId);
    world.uploads.set(key, Buffer.from('Late.'));

    await handle(world.eventFor(documentId, uploadId));

    expect(world.uploads.has(key)).toBe(false);
  });
});

test('processing again makes a new generation of the same original', async () => {
  const { documentId, uploadId } = await world.announce('Again.');
  await handle(world.eventFor(documentId, uploadId));

  const reopened = await world.asHub.withTenant(world.creatorId, (db) =>
    reprocessDocument(db, world.creatorId, documentId),
  );
  await handle(message('process', documentId));

  expect(reopened).toBe(true);
  expect(await world.row(documentId)).toMatchObject({ status: 'ready', generation: 2, live_generation: 2 });
});

test.each([
  [
    'another creator’s document',
    () => ({ kind: 'document.process', creator_id: randomUUID(), document_id: randomUUID() }),
  ],
  ['no JSON', () => 'hello'],
  ['a test event', () => ({ Event: 's3:TestEvent', Service: 'Amazon S3' })],
  [
    'a key outside the scheme',
    () => ({ Records: [{ eventName: 'ObjectCreated:Put', s3: { object: { key: '../x', sequencer: '1' } } }] }),
  ],
])('a message about %s is dropped', async (_, make) => {
  await expect(handle(JSON.stringify(make()))).resolves.toBeUndefined();
});
