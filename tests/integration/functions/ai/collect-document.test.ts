import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { handleIngestMessage } from '../../../../functions/ai/use-cases/ingest/handle-ingest-message.ts';
import { collectDocument } from '../../../../functions/ai/use-cases/sweep/collect-document.ts';
import { openPool } from '../../../../shared/database/pool.ts';
import { openTenantDatabase } from '../../../../shared/database/tenant-database.ts';
import { REMOVED_ANSWER } from '../../../../shared/lifecycles/conversation/redact-document.ts';
import { tombstoneDocument } from '../../../../shared/lifecycles/document/tombstone-document.ts';
import { openTurn } from '../../../../shared/lifecycles/turn/open-turn.ts';
import { type IngestWorld, openIngestWorld } from '../../../support/ingest-world.ts';
import { type TestDatabase, testDatabase } from '../../../support/test-database.ts';

let database: TestDatabase;
let world: IngestWorld;
let documentId: string;
beforeAll(async () => {
  database = await testDatabase();
});
beforeEach(async () => {
  world = await openIngestWorld(database);
  const { documentId: id, uploadId } = await world.announce('Words that are to go.');
  documentId = id;
  await handleIngestMessage(world.tools, world.eventFor(id, uploadId));
  await world.asHub.withTenant(world.creatorId, (db) => tombstoneDocument(db, world.creatorId, id));
});
afterEach(() => world.close());
afterAll(() => database.drop());

const collect = () => collectDocument(world.tools, world.creatorId, documentId);
const query = (text: string, values: readonly unknown[] = []) =>
  world.tools.database.withTenant(world.creatorId, (db) => db.query(text, [world.creatorId, ...values]));
const receipts = () => query('select subject_id, findings from erasure_receipts where creator_id = $1');

/** A conversation with an open turn and an answer that cites `cited`. */
async function converse(cited: string): Promise<{ answerId: string; turnId: string }> {
  const pool = openPool(database.urlFor('channel'));
  const [conversationId, answerId] = [randomUUID(), randomUUID()];
  try {
    return await openTenantDatabase(pool).withTenant(world.creatorId, async (db) => {
      await db.query(
        `insert into conversations (creator_id, id, visitor_id, origin) values ($1, $2, $3, 'https://example.test')`,
        [world.creatorId, conversationId, randomUUID()],
      );
      const clientMessageId = randomUUID();
      const opened = await openTurn(db, {
        creatorId: world.creatorId,
        conversationId,
        clientMessageId,
        text: 'Which?',
      });
      if (opened.kind === 'conflict') throw new Error('the turn was not opened');
      await db.query(
        `insert into messages (creator_id, id, conversation_id, role, text, citations)
         values ($1, $2, $3, 'assistant', 'Words that are to go.', $4)`,
        [world.creatorId, answerId, conversationId, JSON.stringify([{ n: 1, document_id: cited, snippet: 'Words' }])],
      );
      return { answerId, turnId: opened.turnId };
    });
  } finally {
    await pool.end();
  }
}

const answer = async (id: string) =>
  (await query('select text, citations from messages where creator_id = $1 and id = $2', [id]))[0];
const setTurn = (id: string, change: string) =>
  query(`update turns set ${change} where creator_id = $1 and id = $2`, [id]);

test('answers that cite it lose their text and their citations; others keep them', async () => {
  const [quoting, other] = [await converse(documentId), await converse(randomUUID())];
  for (const { turnId } of [quoting, other]) await setTurn(turnId, "status = 'completed', announced = true");

  await collect();

  expect(await answer(quoting.answerId)).toEqual({ text: REMOVED_ANSWER, citations: [] });
  expect(await answer(other.answerId)).toMatchObject({ text: 'Words that are to go.' });
});

test('it waits for answers to questions from before the deletion, which may hold its words', async () => {
  const { turnId } = await converse(documentId);
  await setTurn(turnId, "created_at = now() - interval '1 hour'");

  await collect();
  const during = await receipts();
  await setTurn(turnId, "status = 'completed', announced = true");
  await collect();

  expect(during).toEqual([]);
  expect(await receipts()).toHaveLength(1);
});

test('the receipt is written with the removal of the row, and once', async () => {
  await collect();
  await collect();

  expect(await world.row(documentId)).toBeUndefined();
  const rows = await receipts();
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatchObject({ subject_id: documentId, findings: { files: { found: 0 }, vectors: { found: 0 } } });
});

test.each([
  ['files', () => ({ files: { ...world.tools.files, countAll: async () => 1 } })],
  ['vectors', () => ({ vectors: { ...world.tools.vectors, existing: async () => new Set(['one']) } })],
  ['redis', () => ({ traces: { ...world.tools.traces, count: async () => 1 } })],
])('while something is left in %s there is no receipt, and the row stays to try again', async (_store, broken) => {
  await expect(collectDocument({ ...world.tools, ...broken() }, world.creatorId, documentId)).rejects.toThrow(
    'not gone',
  );

  expect(await world.row(documentId)).toBeDefined();
  expect(await receipts()).toEqual([]);
  await collect();
  expect(await receipts()).toHaveLength(1);
});
