import { afterEach, beforeEach, expect, test } from 'vitest';
import { handleIngestMessage } from '../../../../functions/ai/use-cases/ingest/handle-ingest-message.ts';
import { type IngestWorld, openIngestWorld } from '../../../support/ingest-world.ts';
import { type TestDatabase, testDatabase } from '../../../support/test-database.ts';
import { until } from '../../../support/until.ts';

let database: TestDatabase;
let busy: IngestWorld;
let quiet: IngestWorld;
beforeEach(async () => {
  database = await testDatabase();
  [busy, quiet] = [await openIngestWorld(database), await openIngestWorld(database)];
});
afterEach(async () => {
  await Promise.all([busy.close(), quiet.close()]);
  await database.drop();
});

/** Uploads that arrive one right after another. */
async function uploadMany(world: IngestWorld, count: number) {
  const documents: Awaited<ReturnType<IngestWorld['announce']>>[] = [];
  for (let n = 0; n < count; n += 1) documents.push(await world.announce(`Text number ${n}.`));
  const deliver = ({ documentId, uploadId }: (typeof documents)[number]) =>
    handleIngestMessage(world.tools, world.eventFor(documentId, uploadId));
  return { ids: documents.map(({ documentId }) => documentId), arrive: () => documents.map(deliver) };
}

const statusesOf = async (world: IngestWorld, ids: readonly string[]) =>
  (await Promise.all(ids.map((id) => world.row(id)))).map((row) => row?.status);

/** Everything that the ingest sends to its own queue is delivered, until nothing is sent any more. */
async function deliverSent(world: IngestWorld): Promise<void> {
  for (let body = world.sent.shift(); body !== undefined; body = world.sent.shift()) {
    await handleIngestMessage(world.tools, body);
  }
}

test('a creator with many uploads has four of them read at once, and leaves the other workers to others', async () => {
  const { promise: blocked, resolve: goOn } = Promise.withResolvers<void>();
  busy.interrupt = async (step) => {
    if (step === 'embed') await blocked;
  };
  const many = await uploadMany(busy, 9);

  const running = many.arrive();
  const over: number[] = [];
  running.forEach((delivery, place) => void delivery.then(() => over.push(place)));
  await until('all but four deliveries to be over', () => over.length === 5);
  const held = await Promise.all(many.ids.map(async (id) => (await busy.row(id))?.lease_owner));
  const small = await uploadMany(quiet, 1);
  await Promise.all(small.arrive());

  expect(held.filter((owner) => owner !== null)).toHaveLength(4);
  expect(await statusesOf(quiet, small.ids)).toEqual(['ready']);
  goOn();
  await Promise.all(running);
  expect((await statusesOf(busy, many.ids)).filter((status) => status === 'ready')).toHaveLength(4);
});

test('what waits for a place is sent for by whoever finishes, and nothing is left over', async () => {
  const many = await uploadMany(busy, 9);

  await Promise.all(many.arrive());
  await deliverSent(busy);

  expect(await statusesOf(busy, many.ids)).toEqual(many.ids.map(() => 'ready'));
});

test('after a passing failure nothing is sent for, so that it is not repeated at once', async () => {
  const { ids, arrive } = await uploadMany(busy, 2);
  busy.interrupt = (step) => {
    if (step === 'embed') throw new Error('the model is away');
  };

  const outcomes = await Promise.allSettled(arrive());

  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(busy.sent).toEqual([]);
  expect(await statusesOf(busy, ids)).toEqual(['processing', 'processing']);
});
