import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { handleIngestMessage } from '../../../../functions/ai/use-cases/ingest/handle-ingest-message.ts';
import { fileKey } from '../../../../shared/config/file-keys.ts';
import { chunkId } from '../../../../shared/lifecycles/document/chunk-id.ts';
import { reopenUpload } from '../../../../shared/lifecycles/document/reopen-upload.ts';
import { reprocessDocument } from '../../../../shared/lifecycles/document/reprocess-document.ts';
import { tombstoneDocument } from '../../../../shared/lifecycles/document/tombstone-document.ts';
import { type IngestWorld, openIngestWorld } from '../../../support/ingest-world.ts';
import { type TestDatabase, testDatabase } from '../../../support/test-database.ts';

/** Raise for a longer search: INGEST_SCHEDULES=2000. */
const SCHEDULES = Number(process.env.INGEST_SCHEDULES ?? 60);
const SEED = Number(process.env.INGEST_SEED ?? 1);
const STEPS = 14;

let database: TestDatabase;
let world: IngestWorld;
beforeAll(async () => {
  database = await testDatabase();
  world = await openIngestWorld(database);
  // The text itself, without a process: what is searched here is the order of things.
  world.tools = {
    ...world.tools,
    extractor: {
      async *extract(path) {
        yield { type: 'block', text: await readFile(path, 'utf8') };
      },
      scan: async () => {},
    },
  };
});
afterAll(async () => {
  await world.close();
  await database.drop();
});

function randomFrom(seed: number): () => number {
  let state = (seed * 2_654_435_761) % 4_294_967_296 || 1;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

/** A document, everything that may happen to it, and what must be true of it whenever one looks. */
async function startDocument(random: () => number) {
  const texts = new Set<string>();
  const nextText = () => {
    const text = `Text ${texts.size} of ${randomUUID()}.`;
    texts.add(text);
    return text;
  };
  const first = nextText();
  const { documentId, uploadId } = await world.announce(first);
  const events = [world.eventFor(documentId, uploadId)];
  let expected = first;
  let deleted = false;
  const running: Promise<unknown>[] = [];
  const pick = <T>(from: readonly T[]) => from[Math.floor(random() * from.length)] as T;
  const message = (kind: string) =>
    JSON.stringify({ kind: `document.${kind}`, creator_id: world.creatorId, document_id: documentId });
  const deliver = (body: string) => {
    running.push(handleIngestMessage(world.tools, body).catch(() => {}));
  };
  const asHub = <T>(work: Parameters<typeof world.asHub.withTenant<T>>[1]) =>
    world.asHub.withTenant(world.creatorId, work);

  const actions: Record<string, () => Promise<void> | void> = {
    deliver: () => deliver(pick(events)),
    deliverTwice: () => {
      const event = pick(events);
      deliver(event);
      deliver(event);
    },
    process: () => deliver(message('process')),
    collect: () => deliver(message('collect')),
    settle: async () => {
      await Promise.all(running);
    },
    leaseRunsOut: () => world.runOutLease(documentId),
    async replace() {
      const next = randomUUID();
      const text = nextText();
      const reopened = await asHub((db) =>
        reopenUpload(db, world.creatorId, documentId, {
          ...{ uploadId: next, filename: 'a.txt', contentType: 'text/plain', sizeBytes: text.length },
        }),
      );
      if (!reopened) return;
      world.uploads.set(fileKey(world.creatorId, documentId, next), Buffer.from(text));
      events.push(world.eventFor(documentId, next));
      expected = text;
    },
    async reprocess() {
      await asHub((db) => reprocessDocument(db, world.creatorId, documentId));
    },
    async remove() {
      if (random() < 0.7) return;
      deleted = (await asHub((db) => tombstoneDocument(db, world.creatorId, documentId))) || deleted;
    },
  };

  /** Nobody ever sees a mixture, and what answers has its vector. */
  const check = async () => {
    const [row, chunks] = await Promise.all([world.row(documentId), world.chunks(documentId)]);
    expect(new Set(chunks.map((chunk) => chunk.generation)).size).toBeLessThanOrEqual(1);
    for (const chunk of chunks) {
      expect(texts).toContain(chunk.text);
      expect(world.vectors.has(String(chunk.id))).toBe(true);
    }
    if (deleted) expect(chunks).toHaveLength(0);
    return row;
  };

  /** The queue delivers what is left, and the sweeper what was lost, until nothing is open. */
  const drain = async () => {
    world.interrupt = () => {};
    await Promise.all(running);
    deliver(events.at(-1) ?? '');
    await Promise.all(running);
    for (let round = 0; round < 4; round += 1) {
      await world.runOutLease(documentId);
      deliver(message(deleted ? 'collect' : 'process'));
      await Promise.all(running);
    }
  };
  const isDeleted = () => deleted;
  return { documentId, actions, pick, check, drain, isDeleted, expected: () => expected };
}

test(`${SCHEDULES} random schedules of late, repeated, reordered and crashed steps lose and mix nothing`, async () => {
  for (let schedule = 0; schedule < SCHEDULES; schedule += 1) {
    const random = randomFrom(SEED * 100_003 + schedule);
    const document = await startDocument(random);
    const done: string[] = [];
    world.interrupt = async () => {
      if (random() < 0.25) throw new Error('crashed here');
      if (random() < 0.3) await new Promise((resolve) => setImmediate(resolve));
    };
    try {
      for (let step = 0; step < STEPS; step += 1) {
        const name = document.pick(Object.keys(document.actions));
        done.push(name);
        await document.actions[name]?.();
        await document.check();
      }
      await document.drain();
      const row = await document.check();
      if (document.isDeleted()) {
        expect(row).toBeUndefined();
        const left = [...world.uploads.keys(), ...world.library.keys()].filter((key) =>
          key.includes(document.documentId),
        );
        expect(left).toEqual([]);
      } else {
        expect(['ready', 'failed']).toContain(row?.status);
        if (row?.status === 'failed') expect(row.error_code).toBe('INTERNAL');
        else
          expect((await world.chunks(document.documentId)).map((chunk) => chunk.text)).toEqual([document.expected()]);
      }
      const live = row?.live_generation;
      for (let generation = 0; generation <= 20; generation += 1) {
        const has = world.vectors.has(chunkId(document.documentId, generation, 0));
        expect(has).toBe(generation === live);
      }
    } catch (error) {
      throw new Error(`schedule ${schedule} of seed ${SEED}: ${done.join(', ')}`, { cause: error });
    }
  }
}, 300_000);
