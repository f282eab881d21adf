import { describe, expect, test } from 'vitest';
import { fileKey } from '../../../../shared/config/file-keys.ts';
import { chunkId } from '../../../../shared/lifecycles/document/chunk-id.ts';
import { tombstoneDocument } from '../../../../shared/lifecycles/document/tombstone-document.ts';
import type { IngestWorld } from '../../../support/ingest-world.ts';
import { useIngest } from '../../../support/use-ingest.ts';

let world: IngestWorld;
const { handle, message } = useIngest((opened) => {
  world = opened;
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
