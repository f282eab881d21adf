import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { builtInOnly } from '../../../../functions/ai/gateways/malware-scanner.ts';
import { handleIngestMessage } from '../../../../functions/ai/use-cases/ingest/handle-ingest-message.ts';
import { expireDocument } from '../../../../shared/lifecycles/document/fail-document.ts';
import { DOCX } from '../../../support/extractor-program.ts';
import { makeDocx } from '../../../support/make-zip.ts';
import { arrived, type ScanWorld, scanned } from '../../../support/scan-world.ts';
import { useScanWorld } from '../../../support/use-scan-world.ts';

let scan: ScanWorld;
useScanWorld((opened) => {
  scan = opened;
});

describe('an upload that GuardDuty looks at', () => {
  test('waits in quarantine, read by nobody, until nothing was found in it', async () => {
    const { upload, version } = await scan.arrive('Bread is made of flour.');
    expect(await scan.world.row(upload.documentId)).toMatchObject({
      status: 'scanning',
      attempt: 0,
      lease_owner: null,
    });
    expect(await scan.world.tools.files.hasOriginal(upload.key)).toBe(false);

    await scan.handle(scanned(upload, version));

    expect(await scan.statusOf(upload.documentId)).toBe('ready');
    const copy = join(scan.folder, 'copy');
    await scan.world.tools.files.fetchOriginal(upload.key, copy, new AbortController().signal);
    expect(await readFile(copy, 'utf8')).toBe('Bread is made of flour.');
  });

  test('is read at once when the result came before the event of the upload', async () => {
    const upload = await scan.announce('The result was faster.');
    const version = await scan.put(upload, 'The result was faster.');

    await scan.handle(scanned(upload, version));
    expect(await scan.statusOf(upload.documentId)).toBe('awaiting_upload');
    await scan.handle(arrived(upload, version));

    expect(await scan.statusOf(upload.documentId)).toBe('ready');
  });

  test('is read once, however often event and result are delivered, and in whatever order', async () => {
    const { upload, version } = await scan.arrive('Once is enough.');

    await Promise.all([scan.handle(scanned(upload, version)), scan.handle(scanned(upload, version))]);
    await scan.handle(scanned(upload, version));

    expect(await scan.world.row(upload.documentId)).toMatchObject({ status: 'ready', generation: 1 });
    expect(scan.world.embedded).toHaveLength(1);
  });

  test('is rejected for a threat without being fetched, and nothing of it is kept in the library', async () => {
    const { upload, version } = await scan.arrive('Not what it seems.');
    const fetchUpload = vi.spyOn(scan.world.tools.files, 'fetchUpload');

    await scan.handle(scanned(upload, version, { result: 'THREATS_FOUND' }));

    expect(fetchUpload).not.toHaveBeenCalled();
    fetchUpload.mockRestore();
    expect(await scan.world.row(upload.documentId)).toMatchObject({ status: 'rejected', error_code: 'MALWARE_FOUND' });
    expect(await scan.world.tools.files.hasOriginal(upload.key)).toBe(false);
    expect(scan.world.embedded).toEqual([]);
  });

  test('is rejected when GuardDuty cannot look into it', async () => {
    const { upload, version } = await scan.arrive('Packed too often.');

    await scan.handle(scanned(upload, version, { status: 'SKIPPED', result: 'UNSUPPORTED' }));

    expect(await scan.world.row(upload.documentId)).toMatchObject({ status: 'rejected', error_code: 'LIMIT_EXCEEDED' });
  });

  test('is told what stands in the way of a look into it, where that is known', async () => {
    const locked = Buffer.from(makeDocx(['secret']));
    for (
      let at = locked.indexOf('PK\x01\x02', 0, 'latin1');
      at !== -1;
      at = locked.indexOf('PK\x01\x02', at + 4, 'latin1')
    )
      locked.writeUInt16LE(1, at + 8);
    const { upload, version } = await scan.arrive(locked, DOCX);

    await scan.handle(scanned(upload, version, { status: 'SKIPPED', result: 'UNSUPPORTED' }));

    expect(await scan.world.row(upload.documentId)).toMatchObject({ status: 'failed', error_code: 'ENCRYPTED' });
  });

  test('stays rejected when a clean result follows a threat', async () => {
    const upload = await scan.announce('First this, then that.');
    const version = await scan.put(upload, 'First this, then that.');

    await scan.handle(scanned(upload, version, { result: 'THREATS_FOUND' }));
    await scan.handle(scanned(upload, version));
    await scan.handle(arrived(upload, version));

    expect(await scan.statusOf(upload.documentId)).toBe('rejected');
  });

  test.each([
    { status: 'FAILED', result: 'FAILED' },
    { status: 'SKIPPED', result: 'ACCESS_DENIED' },
    { status: 'FAILED', result: 'ACCESS_DENIED' },
    { status: 'SKIPPED', result: 'NO_THREATS_FOUND' },
    { status: 'COMPLETED', result: 'A_WORD_OF_TOMORROW' },
    { status: 'COMPLETED', result: undefined },
  ])('goes on waiting after $status $result, and ends at its deadline', async (told) => {
    const { upload, version } = await scan.arrive('Nobody looked.');

    await scan.handle(scanned(upload, version, told));
    expect(await scan.statusOf(upload.documentId)).toBe('scanning');
    await scan.world.tools.database.withTenant(scan.world.creatorId, (db) =>
      db.query("update documents set deadline_at = now() - interval '1 second' where creator_id = $1 and id = $2", [
        scan.world.creatorId,
        upload.documentId,
      ]),
    );
    await scan.world.tools.database.withTenant(scan.world.creatorId, (db) =>
      expireDocument(db, scan.world.creatorId, upload.documentId),
    );

    expect(await scan.world.row(upload.documentId)).toMatchObject({
      ...{ status: 'failed', error_code: 'TIMED_OUT' },
      error_message: 'The safety check of this document did not end in time. Try again later.',
    });
  });

  test('is read after a second look, where the first one failed', async () => {
    const { upload, version } = await scan.arrive('The second look helps.');

    await scan.handle(scanned(upload, version, { status: 'FAILED', result: 'FAILED' }));
    await scan.handle(scanned(upload, version));

    expect(await scan.statusOf(upload.documentId)).toBe('ready');
  });
});

test('where no verdicts are awaited a result changes nothing', async () => {
  const upload = await scan.announce('Nobody asked.');
  const version = await scan.put(upload, 'Nobody asked.');

  const tools = { ...scan.world.tools, malware: builtInOnly };
  await handleIngestMessage(tools, scanned(upload, version, { result: 'THREATS_FOUND' }));
  await handleIngestMessage(tools, arrived(upload, version));

  expect(await scan.statusOf(upload.documentId)).toBe('ready');
});
