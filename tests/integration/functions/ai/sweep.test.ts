import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openDueWork } from '../../../../functions/ai/repositories/due-work.ts';
import { openReconciliations } from '../../../../functions/ai/repositories/reconciliations.ts';
import { handleIngestMessage } from '../../../../functions/ai/use-cases/ingest/handle-ingest-message.ts';
import { sendDueWork } from '../../../../functions/ai/use-cases/sweep/send-due-work.ts';
import { openCreatorSettings } from '../../../../functions/hub/repositories/creator-settings.ts';
import { DEFAULT_SETTINGS } from '../../../../functions/hub/use-cases/change-settings.ts';
import { openAnswer } from '../../../../shared/lifecycles/curated-answer/open-answer.ts';
import { tombstoneAnswer } from '../../../../shared/lifecycles/curated-answer/tombstone-answer.ts';
import { acceptUpload } from '../../../../shared/lifecycles/document/accept-upload.ts';
import { claimDocument } from '../../../../shared/lifecycles/document/claim-document.ts';
import { wantRecut } from '../../../../shared/lifecycles/document/recut-document.ts';
import { reprocessDocument } from '../../../../shared/lifecycles/document/reprocess-document.ts';
import { tombstoneDocument } from '../../../../shared/lifecycles/document/tombstone-document.ts';
import { type IngestWorld, openIngestWorld } from '../../../support/ingest-world.ts';
import { type TestDatabase, testDatabase } from '../../../support/test-database.ts';

let database: TestDatabase;
let world: IngestWorld;
let sent: { message: Record<string, unknown>; delaySeconds?: number }[];
beforeAll(async () => {
  database = await testDatabase();
});
beforeEach(async () => {
  world = await openIngestWorld(database);
  sent = [];
});
afterEach(() => world.close());
afterAll(() => database.drop());

async function sweep() {
  const queue = {
    async send(message: Record<string, unknown>, options: { delaySeconds?: number } = {}) {
      if (message.creator_id === world.creatorId) sent.push({ message, delaySeconds: options.delaySeconds ?? 0 });
    },
  };
  const tools = {
    database: world.tools.database,
    due: openDueWork(world.pool, 'nomic-embed-text'),
    reconciliations: openReconciliations,
    ingestQueue: queue,
    turnsQueue: queue,
  };
  return sendDueWork(tools);
}

/** As though so much time had passed. */
async function age(documentId: string, interval: string): Promise<void> {
  await world.tools.database.withTenant(world.creatorId, (db) =>
    db.query(
      `update documents set queued_at = queued_at - $3::interval, lease_until = lease_until - $3::interval,
         deadline_at = deadline_at - $3::interval
       where creator_id = $1 and id = $2`,
      [world.creatorId, documentId, interval],
    ),
  );
}

async function accepted(): Promise<string> {
  const { documentId, uploadId } = await world.announce('A lost message.');
  const upload = { creatorId: world.creatorId, documentId, uploadId, sequencer: '01' };
  await world.tools.database.withTenant(world.creatorId, (db) => acceptUpload(db, upload));
  return documentId;
}

const processMessage = (documentId: string) => ({
  kind: 'document.process',
  creator_id: world.creatorId,
  document_id: documentId,
});

test('a document whose message was lost is sent again, and then read', async () => {
  const documentId = await accepted();
  await age(documentId, '20 seconds');

  await sweep();
  await handleIngestMessage(world.tools, JSON.stringify(sent[0]?.message));

  expect(sent).toEqual([{ message: processMessage(documentId), delaySeconds: 0 }]);
  expect(await world.row(documentId)).toMatchObject({ status: 'ready' });
});

test('a document that was only just queued is left alone, and one that was resent waits longer each time', async () => {
  const documentId = await accepted();
  await sweep();
  await age(documentId, '6 seconds');
  await sweep();
  await sweep();

  expect(sent).toHaveLength(1);
});

test('a document whose worker fell silent is sent for when its lease will have run out', async () => {
  const documentId = await accepted();
  const claim = { creatorId: world.creatorId, documentId, workerId: crypto.randomUUID(), leaseMs: 30_000 };
  await world.tools.database.withTenant(world.creatorId, (db) => claimDocument(db, claim));
  await age(documentId, '2 seconds');
  await sweep();
  await age(documentId, '10 seconds');
  await sweep();

  expect(sent).toEqual([28, 18].map((delaySeconds) => ({ message: processMessage(documentId), delaySeconds })));
});

test('a deleted document is sent for collection', async () => {
  const documentId = await accepted();
  await world.asHub.withTenant(world.creatorId, (db) => tombstoneDocument(db, world.creatorId, documentId));
  await age(documentId, '20 seconds');

  await sweep();

  expect(sent.map(({ message }) => message.kind)).toEqual(['document.collect']);
});

test('an upload that never came ends as timed out, and so does endless work', async () => {
  const never = (await world.announce('never')).documentId;
  const endless = await accepted();
  await age(never, '2 hours');
  await age(endless, '2 hours');

  await sweep();

  for (const documentId of [never, endless]) {
    expect(await world.row(documentId)).toMatchObject({ status: 'failed', error_code: 'TIMED_OUT' });
  }
  expect(sent).toEqual([]);
});

test('a document whose old vectors could not be removed is sent again until they are', async () => {
  const { documentId, uploadId } = await world.announce('Twice.');
  await handleIngestMessage(world.tools, world.eventFor(documentId, uploadId));
  await world.asHub.withTenant(world.creatorId, (db) => reprocessDocument(db, world.creatorId, documentId));
  world.interrupt = (step) => {
    if (step === 'remove vectors') throw new Error('passing');
  };
  await handleIngestMessage(world.tools, JSON.stringify(processMessage(documentId)));
  world.interrupt = () => {};
  await age(documentId, '20 seconds');

  await sweep();
  await handleIngestMessage(world.tools, JSON.stringify(sent[0]?.message));
  const first = sent.splice(0);
  await age(documentId, '1 hour');
  await sweep();

  expect(first).toEqual([{ message: processMessage(documentId), delaySeconds: 0 }]);
  expect(world.vectors.size).toBe(1);
  expect(sent).toEqual([]);
});

test('a ready document is never due', async () => {
  const { documentId, uploadId } = await world.announce('Done.');
  await handleIngestMessage(world.tools, world.eventFor(documentId, uploadId));
  await age(documentId, '1 year');

  await sweep();

  expect(sent).toEqual([]);
});

test('a curated answer whose message was lost is sent again until it is indexed, and once more when it is deleted', async () => {
  const { creatorId, tools } = world;
  const answerId = crypto.randomUUID();
  const later = () =>
    tools.database.withTenant(creatorId, (db) =>
      db.query(`update curated_answers set queued_at = now() - interval '1 hour' where creator_id = $1`, [creatorId]),
    );
  const settleSent = async () => {
    await later();
    await sweep();
    const messages = sent.splice(0).map(({ message }) => message);
    for (const message of messages) await handleIngestMessage(tools, JSON.stringify(message));
    return messages;
  };
  const words = { question: 'Do you take beginners?', answer: 'Yes.' };
  await world.asHub.withTenant(creatorId, (db) => openAnswer(db, { creatorId, answerId, ...words }));

  const opened = await settleSent();
  const indexed = await settleSent();
  const stored = world.vectors.size;
  await world.asHub.withTenant(creatorId, (db) => tombstoneAnswer(db, creatorId, answerId));
  const deleted = await settleSent();
  const collected = await settleSent();

  const message = { kind: 'answer.settle', creator_id: creatorId, answer_id: answerId };
  expect([opened, indexed, deleted, collected]).toEqual([[message], [], [message], []]);
  expect([stored, world.vectors.size]).toEqual([1, 0]);
});

test('a page that nobody has fetched is sent again', async () => {
  const documentId = await world.announcePage('https://site.test/');
  await age(documentId, '20 seconds');

  await sweep();

  expect(sent).toEqual([{ message: processMessage(documentId), delaySeconds: 0 }]);
});

test('documents of other chunk settings are cut again in the background, and answer until then', async () => {
  const text = Array.from({ length: 40 }, (_, n) => `Sentence number ${n} tells of the kiln.`).join(' ');
  const { documentId, uploadId } = await world.announce(text);
  const fresh = await world.announce('Of the new settings.');
  await handleIngestMessage(world.tools, world.eventFor(documentId, uploadId));
  const before = await world.chunks(documentId);
  await world.asHub.withTenant(world.creatorId, async (db) => {
    await openCreatorSettings(db, world.creatorId).save({ ...DEFAULT_SETTINGS, chunk_tokens: 100, overlap_tokens: 10 });
    await wantRecut(db, world.creatorId);
  });
  await age(documentId, '10 seconds');

  await sweep();
  const waiting = await world.chunks(documentId);
  const body = JSON.stringify(sent.find(({ message }) => message.document_id === documentId)?.message);
  await handleIngestMessage(world.tools, body);
  await handleIngestMessage(world.tools, body);

  expect(waiting).toEqual(before);
  expect(await world.row(documentId)).toMatchObject({ status: 'ready', live_generation: 2, chunk_tokens: 100 });
  expect((await world.chunks(documentId)).length).toBeGreaterThan(before.length);
  expect(world.library.size).toBe(1);
  expect(await world.row(fresh.documentId)).toMatchObject({ status: 'awaiting_upload', recut_wanted: true });
});

test('settings that were changed back leave everything as it is', async () => {
  const { documentId, uploadId } = await world.announce('Cut once.');
  await handleIngestMessage(world.tools, world.eventFor(documentId, uploadId));
  for (const chunk_tokens of [100, 1_000]) {
    await world.asHub.withTenant(world.creatorId, async (db) => {
      const overlap_tokens = chunk_tokens / 5;
      await openCreatorSettings(db, world.creatorId).save({ ...DEFAULT_SETTINGS, chunk_tokens, overlap_tokens });
      await wantRecut(db, world.creatorId);
    });
  }
  await age(documentId, '1 minute');

  await sweep();

  expect(sent).toEqual([]);
  expect(await world.row(documentId)).toMatchObject({ live_generation: 1, generation: 1, recut_wanted: false });
});
