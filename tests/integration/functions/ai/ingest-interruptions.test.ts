import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { handleIngestMessage } from '../../../../functions/ai/use-cases/ingest/handle-ingest-message.ts';
import { fileKey } from '../../../../shared/config/file-keys.ts';
import { DatabaseUnavailableError } from '../../../../shared/errors/database-unavailable-error.ts';
import { DocumentProcessingError } from '../../../../shared/errors/document-processing-error.ts';
import { claimDocument } from '../../../../shared/lifecycles/document/claim-document.ts';
import { reopenUpload } from '../../../../shared/lifecycles/document/reopen-upload.ts';
import type { IngestWorld } from '../../../support/ingest-world.ts';
import { searchByWords } from '../../../support/search-by-words.ts';
import { until } from '../../../support/until.ts';
import { LONG_TEXT, useIngest } from '../../../support/use-ingest.ts';

let world: IngestWorld;
const { handle, message } = useIngest((opened) => {
  world = opened;
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

describe('a file that arrives while the database is away', () => {
  test('is told again soon, and read then', async () => {
    const { documentId, uploadId } = await world.announce('Patience.');
    const event = world.eventFor(documentId, uploadId);
    const away = () => Promise.reject(new DatabaseUnavailableError(new Error('timeout')));
    const sent: { message: object; delaySeconds: number | undefined }[] = [];
    const tools = {
      ...world.tools,
      database: { withTenant: away, readAsTenant: away, changeAtOnce: away },
      queue: {
        send: async (message: object, { delaySeconds }: { delaySeconds?: number | undefined } = {}) => {
          sent.push({ message, delaySeconds });
        },
      },
    };

    await handleIngestMessage(tools, event);

    expect(sent).toEqual([{ message: JSON.parse(event), delaySeconds: 30 }]);
    await handle(JSON.stringify(sent[0]?.message));
    expect(await world.row(documentId)).toMatchObject({ status: 'ready', attempt: 1 });
  });
});

describe('passages of a version that is being made', () => {
  const generations = async (documentId: string) =>
    (await world.chunks(documentId)).map((chunk) => Number(chunk.generation));
  const live = async (documentId: string) => {
    const passages = await searchByWords(world.tools.database, world.creatorId, ['bread', 'first'], 100);
    return passages.filter((passage) => passage.documentId === documentId).map((passage) => passage.text);
  };

  test.each([
    ['is refused', new DocumentProcessingError('DAMAGED', 'Save it anew.'), [1]],
    ['is interrupted', new Error('passing'), [1, 2]],
  ])('are stored ahead and found by nobody, also when it %s', async (_, failure, left) => {
    const { documentId, uploadId } = await world.announce('The first version.');
    await handle(world.eventFor(documentId, uploadId));
    const replacement = randomUUID();
    const bytes = Buffer.from(LONG_TEXT.repeat(8));
    const announced = { filename: 'new.txt', contentType: 'text/plain', sizeBytes: bytes.length };
    await world.asHub.withTenant(world.creatorId, (db) =>
      reopenUpload(db, world.creatorId, documentId, { ...announced, uploadId: replacement }),
    );
    world.uploads.set(fileKey(world.creatorId, documentId, replacement), bytes);
    const found: string[][] = [];
    world.interrupt = async (step) => {
      if (step !== 'flush') return;
      expect(new Set(await generations(documentId))).toEqual(new Set([1, 2]));
      found.push(await live(documentId));
      throw failure;
    };

    await handle(world.eventFor(documentId, replacement)).catch((error: unknown) => expect(error).toBe(failure));
    found.push(await live(documentId));

    expect(found.slice(0, 2)).toEqual([['The first version.'], ['The first version.']]);
    expect([...new Set(await generations(documentId))]).toEqual(left);
  });
});

describe('work that is interrupted', () => {
  test.each(['fetch', 'store', 'embed', 'upsert', 'flush'])(
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
