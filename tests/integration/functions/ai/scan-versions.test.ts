import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { handleIngestMessage } from '../../../../functions/ai/use-cases/ingest/handle-ingest-message.ts';
import { fileKey } from '../../../../shared/config/file-keys.ts';
import { reopenUpload } from '../../../../shared/lifecycles/document/reopen-upload.ts';
import { scanResult } from '../../../support/scan-result.ts';
import { arrived, type ScanWorld, scanned, UPLOADS } from '../../../support/scan-world.ts';
import { useScanWorld } from '../../../support/use-scan-world.ts';

let scan: ScanWorld;
useScanWorld((opened) => {
  scan = opened;
});

describe('an upload that GuardDuty looks at', () => {
  test('is not read on a result for another version of the same file', async () => {
    const { upload, version } = await scan.arrive('The version counts.');
    const other = randomUUID();
    await scan.handle(arrived(upload, other));

    await scan.handle(scanned(upload, other));
    expect(await scan.statusOf(upload.documentId)).toBe('scanning');
    await scan.handle(scanned(upload, version));

    expect(await scan.statusOf(upload.documentId)).toBe('ready');
    expect(scan.world.embedded).toEqual(['The version counts.']);
  });

  test('keeps every version its own verdict, whichever comes first', async () => {
    const upload = await scan.announce('The first one is taken.');
    const [taken, other] = [await scan.put(upload, 'The first one is taken.'), randomUUID()];

    await scan.handle(scanned(upload, other));
    await scan.handle(scanned(upload, taken, { result: 'THREATS_FOUND' }));
    await scan.handle(arrived(upload, taken));
    await scan.handle(arrived(upload, other));

    expect(await scan.statusOf(upload.documentId)).toBe('rejected');
  });

  test('has its own result count while a form for another file is open, and not once that file is there', async () => {
    const { upload, version } = await scan.arrive('The old file.');
    const next = { ...upload, uploadId: randomUUID() };
    next.key = fileKey(scan.world.creatorId, upload.documentId, next.uploadId);
    const announced = { uploadId: next.uploadId, filename: 'new.txt', contentType: 'text/plain', sizeBytes: 13 };
    await scan.world.asHub.withTenant(scan.world.creatorId, (db) =>
      reopenUpload(db, scan.world.creatorId, upload.documentId, announced),
    );

    await scan.handle(scanned(upload, version));
    expect(await scan.statusOf(upload.documentId)).toBe('ready');
    const newVersion = await scan.put(next, 'The new file.');
    await scan.handle(arrived(next, newVersion));
    await scan.handle(scanned(upload, version, { result: 'THREATS_FOUND' }));
    expect(await scan.statusOf(upload.documentId)).toBe('scanning');
    await scan.handle(scanned(next, newVersion));

    expect(await scan.statusOf(upload.documentId)).toBe('ready');
    expect(scan.world.embedded).toEqual(['The old file.', 'The new file.']);
  });

  test('is read on a result for its replacement that came before the notice of the file itself', async () => {
    const { upload } = await scan.arrive('The old file.');
    const next = { ...upload, uploadId: randomUUID() };
    next.key = fileKey(scan.world.creatorId, upload.documentId, next.uploadId);
    const announced = { uploadId: next.uploadId, filename: 'new.txt', contentType: 'text/plain', sizeBytes: 13 };
    await scan.world.asHub.withTenant(scan.world.creatorId, (db) =>
      reopenUpload(db, scan.world.creatorId, upload.documentId, announced),
    );
    const newVersion = await scan.put(next, 'The new file.');

    await scan.handle(scanned(next, newVersion));
    expect(await scan.statusOf(upload.documentId)).toBe('scanning');
    await scan.handle(arrived(next, newVersion));

    expect(await scan.statusOf(upload.documentId)).toBe('ready');
    expect(scan.world.embedded).toEqual(['The new file.']);
  });

  test('is taken up by the sweeper when its result was kept but its worker ended', async () => {
    const { upload, version } = await scan.arrive('Kept, then forgotten.');
    const forgetful = { ...scan.world.tools, malware: { ...scan.world.tools.malware, awaits: async () => true } };
    await handleIngestMessage(forgetful, scanned(upload, version));
    expect(await scan.statusOf(upload.documentId)).toBe('scanning');

    const again = { kind: 'document.process', creator_id: scan.world.creatorId, document_id: upload.documentId };
    await scan.handle(JSON.stringify(again));

    expect(await scan.statusOf(upload.documentId)).toBe('ready');
  });

  test('is not read on a result that speaks of another bucket or of no upload', async () => {
    const { upload, version } = await scan.arrive('The bucket counts.');

    await scan.handle(scanResult({ bucket: 'library', key: upload.key, versionId: version }));
    await scan.handle(scanResult({ bucket: UPLOADS, key: `${upload.key}/x`, versionId: version }));
    const foreign = fileKey(randomUUID(), upload.documentId, upload.uploadId);
    await scan.handle(scanResult({ bucket: UPLOADS, key: foreign, versionId: version }));

    expect(await scan.statusOf(upload.documentId)).toBe('scanning');
  });

  test('is not read on what only looks like a result', async () => {
    const { upload, version } = await scan.arrive('Forged.');
    const event = JSON.parse(scanned(upload, version)) as Record<string, unknown>;

    await scan.handle(JSON.stringify({ ...event, source: 'somebody.else' }));
    await scan.handle(JSON.stringify({ ...event, 'detail-type': 'Another Event' }));
    await scan.handle(JSON.stringify({ ...event, detail: { scanStatus: 'COMPLETED' } }));

    expect(await scan.statusOf(upload.documentId)).toBe('scanning');
  });
});
