import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { fileKey } from '../../../../shared/config/file-keys.ts';
import { chunkId } from '../../../../shared/lifecycles/document/chunk-id.ts';
import { reopenUpload } from '../../../../shared/lifecycles/document/reopen-upload.ts';
import { reprocessDocument } from '../../../../shared/lifecycles/document/reprocess-document.ts';
import type { IngestWorld } from '../../../support/ingest-world.ts';
import { makePdf } from '../../../support/make-pdf.ts';
import { useIngest } from '../../../support/use-ingest.ts';

let world: IngestWorld;
const { handle, message } = useIngest((opened) => {
  world = opened;
});

/** Its second page is named, but not there. */
function pdfWithLostPage(): Buffer {
  const content = 'BT /F 12 Tf 20 200 Td (On bread.) Tj ET';
  const objects = [
    '<</Type /Catalog /Pages 2 0 R>>',
    '<</Type /Pages /Kids [3 0 R 9 0 R] /Count 2>>',
    '<</Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Contents 4 0 R /Resources <</Font <</F 5 0 R>>>>>>',
    `<</Length ${content.length}>>\nstream\n${content}\nendstream`,
    '<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>',
  ].map((object, place) => `${place + 1} 0 obj\n${object}\nendobj\n`);
  return Buffer.from(`%PDF-1.7\n${objects.join('')}trailer <</Root 1 0 R /Size 6>>\n%%EOF\n`);
}

describe('a document', () => {
  test('tells how many of its pages could not be read, until all of them can', async () => {
    const { documentId, uploadId } = await world.announce(pdfWithLostPage(), 'application/pdf');

    await handle(world.eventFor(documentId, uploadId));

    expect(await world.row(documentId)).toMatchObject({ status: 'ready', unreadable_pages: 1 });
    expect(await world.chunks(documentId)).toMatchObject([{ text: 'On bread.' }]);

    world.library.set(fileKey(world.creatorId, documentId, uploadId), await makePdf([['On bread.'], ['On butter.']]));
    await world.tools.database.withTenant(world.creatorId, (db) => reprocessDocument(db, world.creatorId, documentId));
    await handle(message('process', documentId));

    expect(await world.row(documentId)).toMatchObject({ status: 'ready', generation: 2, unreadable_pages: 0 });
  });

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
