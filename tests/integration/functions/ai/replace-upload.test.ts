import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { fileKey } from '../../../../shared/config/file-keys.ts';
import { readDocumentUsage } from '../../../../shared/lifecycles/document/document-usage.ts';
import { expireDocument } from '../../../../shared/lifecycles/document/fail-document.ts';
import { reopenUpload } from '../../../../shared/lifecycles/document/reopen-upload.ts';
import { reprocessDocument } from '../../../../shared/lifecycles/document/reprocess-document.ts';
import type { IngestWorld } from '../../../support/ingest-world.ts';
import { useIngest } from '../../../support/use-ingest.ts';

let world: IngestWorld;
const { handle, message } = useIngest((opened) => {
  world = opened;
});
beforeEach(() => {
  world.interrupt = () => {};
});

const inTenant: IngestWorld['asHub']['withTenant'] = (creatorId, work) => world.asHub.withTenant(creatorId, work);

/** Opens a form for another file, as the hub does. @returns what sends that file */
async function openForm(documentId: string, content: string, title?: string) {
  const uploadId = randomUUID();
  const sizeBytes = Buffer.byteLength(content);
  const announced = { uploadId, filename: 'new.txt', contentType: 'text/plain', sizeBytes, ...(title && { title }) };
  const row = await inTenant(world.creatorId, (db) => reopenUpload(db, world.creatorId, documentId, announced));
  const send = async () => {
    world.uploads.set(fileKey(world.creatorId, documentId, uploadId), Buffer.from(content));
    await handle(world.eventFor(documentId, uploadId));
  };
  return { row, uploadId, send };
}

async function ready(content: string) {
  const { documentId, uploadId } = await world.announce(content);
  await handle(world.eventFor(documentId, uploadId));
  return { documentId, uploadId };
}

/** As though nobody had used the newest form for over an hour; the sweeper looks. */
async function passHour(documentId: string) {
  return world.tools.database.withTenant(world.creatorId, async (db) => {
    await db.query(
      `update documents set deadline_at = deadline_at - interval '61 minutes',
         next_until = next_until - interval '61 minutes' where creator_id = $1 and id = $2`,
      [world.creatorId, documentId],
    );
    return expireDocument(db, world.creatorId, documentId);
  });
}

const textsOf = async (documentId: string) => (await world.chunks(documentId)).map((chunk) => chunk.text);
const usage = () => inTenant(world.creatorId, (db) => readDocumentUsage(db, world.creatorId));

describe('a document whose file is to be replaced', () => {
  test('is as it was while its form is open, and when the form expires unused', async () => {
    const { documentId } = await ready('The text that is there.');
    const before = await world.row(documentId);

    const { row } = await openForm(documentId, 'Another text.', 'Another title');
    const expired = await passHour(documentId);

    const shown = { status: 'ready', filename: 'text.txt', title: 'A text', size_bytes: before?.size_bytes };
    expect(row).toMatchObject(shown);
    expect(expired).toBe(false);
    expect(await world.row(documentId)).toMatchObject({ ...shown, generation: 1, upload_id: before?.upload_id });
    expect(await textsOf(documentId)).toEqual(['The text that is there.']);
  });

  test('goes on being read when the form is opened in the middle of it', async () => {
    const { documentId, uploadId } = await world.announce('Accepted is accepted.');
    world.interrupt = async (step) => {
      if (step === 'embed') await openForm(documentId, 'Never sent.');
    };

    await handle(world.eventFor(documentId, uploadId));

    expect(await world.row(documentId)).toMatchObject({ status: 'ready', generation: 1, attempt: 1 });
    expect(await textsOf(documentId)).toEqual(['Accepted is accepted.']);
  });

  test('is read from its new file when that arrives in the middle, and nothing of the old one is left', async () => {
    const { documentId, uploadId } = await world.announce('The first text.');
    const second: Promise<void>[] = [];
    world.interrupt = async (step) => {
      if (step !== 'upsert' || second.length > 0) return;
      const form = await openForm(documentId, 'The second text.');
      second.push(form.send());
      await second[0];
    };

    await handle(world.eventFor(documentId, uploadId));

    expect(await textsOf(documentId)).toEqual(['The second text.']);
    expect(await world.row(documentId)).toMatchObject({ status: 'ready', generation: 2, filename: 'new.txt' });
    const vectors = [...world.vectors.values()].filter((vector) => vector.documentId === documentId);
    expect(vectors).toHaveLength(1);
  });

  test('takes name, size and title with the file, not before', async () => {
    const { documentId } = await ready('Old.');
    const { send, uploadId } = await openForm(documentId, 'A new text.', 'A new title');

    await send();

    const taken = { title: 'A new title', filename: 'new.txt', size_bytes: 11, upload_id: uploadId };
    expect(await world.row(documentId)).toMatchObject({ ...taken, status: 'ready', next_upload_id: null });
    const trail = await world.tools.database.withTenant(world.creatorId, (db) =>
      db.query('select action from audit_events where creator_id = $1 and subject_id = $2 order by created_at', [
        world.creatorId,
        documentId,
      ]),
    );
    expect(trail.map(({ action }) => action)).toEqual([
      'document.published',
      'document.replaced',
      'document.published',
    ]);
  });

  test('takes the newest form only, and its files one time only', async () => {
    const { documentId, uploadId } = await ready('The first text.');
    const older = await openForm(documentId, 'Superseded.');
    const newest = await openForm(documentId, 'The newest text.');

    await older.send();
    expect(await textsOf(documentId)).toEqual(['The first text.']);
    await newest.send();
    await older.send();
    world.uploads.set(fileKey(world.creatorId, documentId, uploadId), Buffer.from('Forged later.'));
    await handle(world.eventFor(documentId, uploadId));
    await newest.send();

    expect(await textsOf(documentId)).toEqual(['The newest text.']);
    expect(await world.row(documentId)).toMatchObject({ status: 'ready', generation: 2, upload_id: newest.uploadId });
    expect(world.uploads.has(fileKey(world.creatorId, documentId, older.uploadId))).toBe(false);
  });

  test('is replaced also by a file whose notice comes after the hour', async () => {
    const { documentId } = await ready('Old.');
    const { send } = await openForm(documentId, 'Late.');
    await passHour(documentId);

    await send();

    expect(await textsOf(documentId)).toEqual(['Late.']);
  });

  test('keeps its old text and says why when its new file cannot be read', async () => {
    const { documentId } = await ready('Readable.');
    const { send } = await openForm(documentId, '   ');

    await send();

    expect(await world.row(documentId)).toMatchObject({ status: 'failed', error_code: 'EMPTY', live_generation: 1 });
    expect(await textsOf(documentId)).toEqual(['Readable.']);
  });

  test('stays failed until its new file has come', async () => {
    const { documentId } = await ready('   ');

    const { row, send } = await openForm(documentId, 'Better.');
    expect(row).toMatchObject({ status: 'failed', error_code: 'EMPTY' });
    await send();

    expect(await world.row(documentId)).toMatchObject({ status: 'ready', error_code: null });
  });

  test('can be read again while the form is open, and is replaced none the less', async () => {
    const { documentId } = await ready('Old.');
    const { send } = await openForm(documentId, 'New.');
    await inTenant(world.creatorId, (db) => reprocessDocument(db, world.creatorId, documentId));
    await handle(message('process', documentId));
    expect(await textsOf(documentId)).toEqual(['Old.']);

    await send();

    expect(await textsOf(documentId)).toEqual(['New.']);
  });

  test('counts with the larger of both files as long as the form is good', async () => {
    const { documentId } = await ready('Four');
    const { bytes } = await usage();

    await openForm(documentId, 'Eleven long');
    const meanwhile = await usage();
    await openForm(documentId, 'One');
    const smaller = await usage();
    await openForm(documentId, 'Eleven long');
    await passHour(documentId);

    expect([meanwhile.bytes - bytes, smaller.bytes - bytes, (await usage()).bytes - bytes]).toEqual([7, 0, 0]);
  });
});

test('a document that never had a file waits for the newest form only, for an hour from then', async () => {
  const { documentId, uploadId } = await world.announce('Of the first form.');
  await passHour(documentId);
  expect(await world.row(documentId)).toMatchObject({ status: 'failed', error_code: 'TIMED_OUT' });

  const { row, send } = await openForm(documentId, 'Of the second form.');
  await handle(world.eventFor(documentId, uploadId));
  expect(row).toMatchObject({ status: 'awaiting_upload', filename: 'new.txt', error_code: null });
  expect(await world.row(documentId)).toMatchObject({ status: 'awaiting_upload', generation: 0 });
  await send();

  expect(await textsOf(documentId)).toEqual(['Of the second form.']);
});
