import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { openFileStore } from '../../../../functions/ai/gateways/file-store.ts';
import { openGuardDuty } from '../../../../functions/ai/gateways/guardduty.ts';
import { builtInOnly } from '../../../../functions/ai/gateways/malware-scanner.ts';
import { handleIngestMessage } from '../../../../functions/ai/use-cases/ingest/handle-ingest-message.ts';
import { type AwsPart, startAwsGateway } from '../../../../infra/local/parts/aws-gateway.ts';
import { openPartRegistry } from '../../../../infra/local/parts/part-registry.ts';
import { readSecrets } from '../../../../infra/local/parts/secrets.ts';
import { fileKey } from '../../../../shared/config/file-keys.ts';
import { expireDocument } from '../../../../shared/lifecycles/document/fail-document.ts';
import { reopenUpload } from '../../../../shared/lifecycles/document/reopen-upload.ts';
import { DOCX } from '../../../support/extractor-program.ts';
import { type IngestWorld, openIngestWorld } from '../../../support/ingest-world.ts';
import { makeDocx } from '../../../support/make-zip.ts';
import { scanResult } from '../../../support/scan-result.ts';
import { type TestDatabase, testDatabase } from '../../../support/test-database.ts';

const UPLOADS = 'uploads-of-this-test';

let database: TestDatabase;
let world: IngestWorld;
let folder: string;
let aws: AwsPart;
let s3: S3Client;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'understudy-scan-results-'));
  aws = await startAwsGateway({
    dataFolder: folder,
    registry: await openPartRegistry(folder),
    secrets: readSecrets(folder),
  });
  for (const bucket of [UPLOADS, 'library']) aws.createBucket(bucket);
  s3 = new S3Client({
    ...{ endpoint: aws.endpointUrl, region: aws.region, credentials: aws.credentials, forcePathStyle: true },
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });
  database = await testDatabase();
  world = await openIngestWorld(database);
  Object.assign(world.tools, {
    files: openFileStore({ s3, uploadsBucket: UPLOADS, libraryBucket: 'library' }),
    malware: openGuardDuty({ database: world.tools.database, uploadsBucket: UPLOADS }),
  });
});
afterAll(async () => {
  s3.destroy();
  await aws.stop();
  await world.close();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => {
  world.embedded = [];
});

interface Upload {
  readonly documentId: string;
  readonly uploadId: string;
  readonly key: string;
}

const handle = (body: string) => handleIngestMessage(world.tools, body);
const statusOf = async (documentId: string) => (await world.row(documentId))?.status;

/** A document that waits for this file. */
async function announce(content: string | Buffer, contentType = 'text/plain'): Promise<Upload> {
  const { documentId, uploadId } = await world.announce(content, contentType);
  return { documentId, uploadId, key: fileKey(world.creatorId, documentId, uploadId) };
}

/** Puts the file where browsers post it. @returns a version, which the emulator does not draw: it keeps the last one */
async function put({ key }: Upload, content: string | Buffer): Promise<string> {
  await s3.send(new PutObjectCommand({ Bucket: UPLOADS, Key: key, Body: content }));
  return randomUUID();
}

let sequencer = 0;
const arrived = ({ key }: Upload, versionId: string) => {
  sequencer += 1;
  const object = { key: encodeURIComponent(key), versionId, sequencer: sequencer.toString(16).padStart(16, '0') };
  return JSON.stringify({ Records: [{ eventName: 'ObjectCreated:Post', s3: { object } }] });
};
const scanned = ({ key }: Upload, versionId: string, told?: Parameters<typeof scanResult>[1]) =>
  scanResult({ bucket: UPLOADS, key, versionId }, told);

async function arrive(content: string | Buffer, contentType?: string) {
  const upload = await announce(content, contentType);
  const version = await put(upload, content);
  await handle(arrived(upload, version));
  return { upload, version };
}

describe('an upload that GuardDuty looks at', () => {
  test('waits in quarantine, read by nobody, until nothing was found in it', async () => {
    const { upload, version } = await arrive('Bread is made of flour.');
    expect(await world.row(upload.documentId)).toMatchObject({ status: 'scanning', attempt: 0, lease_owner: null });
    expect(await world.tools.files.hasOriginal(upload.key)).toBe(false);

    await handle(scanned(upload, version));

    expect(await statusOf(upload.documentId)).toBe('ready');
    const copy = join(folder, 'copy');
    await world.tools.files.fetchOriginal(upload.key, copy, new AbortController().signal);
    expect(await readFile(copy, 'utf8')).toBe('Bread is made of flour.');
  });

  test('is read at once when the result came before the event of the upload', async () => {
    const upload = await announce('The result was faster.');
    const version = await put(upload, 'The result was faster.');

    await handle(scanned(upload, version));
    expect(await statusOf(upload.documentId)).toBe('awaiting_upload');
    await handle(arrived(upload, version));

    expect(await statusOf(upload.documentId)).toBe('ready');
  });

  test('is read once, however often event and result are delivered, and in whatever order', async () => {
    const { upload, version } = await arrive('Once is enough.');

    await Promise.all([handle(scanned(upload, version)), handle(scanned(upload, version))]);
    await handle(scanned(upload, version));

    expect(await world.row(upload.documentId)).toMatchObject({ status: 'ready', generation: 1 });
    expect(world.embedded).toHaveLength(1);
  });

  test('is rejected for a threat without being fetched, and nothing of it is kept in the library', async () => {
    const { upload, version } = await arrive('Not what it seems.');
    const fetchUpload = vi.spyOn(world.tools.files, 'fetchUpload');

    await handle(scanned(upload, version, { result: 'THREATS_FOUND' }));

    expect(fetchUpload).not.toHaveBeenCalled();
    fetchUpload.mockRestore();
    expect(await world.row(upload.documentId)).toMatchObject({ status: 'rejected', error_code: 'MALWARE_FOUND' });
    expect(await world.tools.files.hasOriginal(upload.key)).toBe(false);
    expect(world.embedded).toEqual([]);
  });

  test('is rejected when GuardDuty cannot look into it', async () => {
    const { upload, version } = await arrive('Packed too often.');

    await handle(scanned(upload, version, { status: 'SKIPPED', result: 'UNSUPPORTED' }));

    expect(await world.row(upload.documentId)).toMatchObject({ status: 'rejected', error_code: 'LIMIT_EXCEEDED' });
  });

  test('is told what stands in the way of a look into it, where that is known', async () => {
    const locked = Buffer.from(makeDocx(['secret']));
    for (
      let at = locked.indexOf('PK\x01\x02', 0, 'latin1');
      at !== -1;
      at = locked.indexOf('PK\x01\x02', at + 4, 'latin1')
    )
      locked.writeUInt16LE(1, at + 8);
    const { upload, version } = await arrive(locked, DOCX);

    await handle(scanned(upload, version, { status: 'SKIPPED', result: 'UNSUPPORTED' }));

    expect(await world.row(upload.documentId)).toMatchObject({ status: 'failed', error_code: 'ENCRYPTED' });
  });

  test('stays rejected when a clean result follows a threat', async () => {
    const upload = await announce('First this, then that.');
    const version = await put(upload, 'First this, then that.');

    await handle(scanned(upload, version, { result: 'THREATS_FOUND' }));
    await handle(scanned(upload, version));
    await handle(arrived(upload, version));

    expect(await statusOf(upload.documentId)).toBe('rejected');
  });

  test.each([
    { status: 'FAILED', result: 'FAILED' },
    { status: 'SKIPPED', result: 'ACCESS_DENIED' },
    { status: 'FAILED', result: 'ACCESS_DENIED' },
    { status: 'SKIPPED', result: 'NO_THREATS_FOUND' },
    { status: 'COMPLETED', result: 'A_WORD_OF_TOMORROW' },
    { status: 'COMPLETED', result: undefined },
  ])('goes on waiting after $status $result, and ends at its deadline', async (told) => {
    const { upload, version } = await arrive('Nobody looked.');

    await handle(scanned(upload, version, told));
    expect(await statusOf(upload.documentId)).toBe('scanning');
    await world.tools.database.withTenant(world.creatorId, (db) =>
      db.query("update documents set deadline_at = now() - interval '1 second' where creator_id = $1 and id = $2", [
        world.creatorId,
        upload.documentId,
      ]),
    );
    await world.tools.database.withTenant(world.creatorId, (db) =>
      expireDocument(db, world.creatorId, upload.documentId),
    );

    expect(await world.row(upload.documentId)).toMatchObject({
      ...{ status: 'failed', error_code: 'TIMED_OUT' },
      error_message: 'The safety check of this document did not end in time. Try again later.',
    });
  });

  test('is read after a second look, where the first one failed', async () => {
    const { upload, version } = await arrive('The second look helps.');

    await handle(scanned(upload, version, { status: 'FAILED', result: 'FAILED' }));
    await handle(scanned(upload, version));

    expect(await statusOf(upload.documentId)).toBe('ready');
  });

  test('is not read on a result for another version of the same file', async () => {
    const { upload, version } = await arrive('The version counts.');
    const other = randomUUID();
    await handle(arrived(upload, other));

    await handle(scanned(upload, other));
    expect(await statusOf(upload.documentId)).toBe('scanning');
    await handle(scanned(upload, version));

    expect(await statusOf(upload.documentId)).toBe('ready');
    expect(world.embedded).toEqual(['The version counts.']);
  });

  test('keeps every version its own verdict, whichever comes first', async () => {
    const upload = await announce('The first one is taken.');
    const [taken, other] = [await put(upload, 'The first one is taken.'), randomUUID()];

    await handle(scanned(upload, other));
    await handle(scanned(upload, taken, { result: 'THREATS_FOUND' }));
    await handle(arrived(upload, taken));
    await handle(arrived(upload, other));

    expect(await statusOf(upload.documentId)).toBe('rejected');
  });

  test('is not touched by the result of an upload that was replaced', async () => {
    const { upload, version } = await arrive('The old file.');
    const replacement = { ...{ uploadId: randomUUID(), filename: 'new.txt' }, contentType: 'text/plain', sizeBytes: 3 };
    await world.asHub.withTenant(world.creatorId, (db) =>
      reopenUpload(db, world.creatorId, upload.documentId, replacement),
    );

    await handle(scanned(upload, version, { result: 'THREATS_FOUND' }));

    expect(await statusOf(upload.documentId)).toBe('awaiting_upload');
  });

  test('is taken up by the sweeper when its result was kept but its worker ended', async () => {
    const { upload, version } = await arrive('Kept, then forgotten.');
    const forgetful = { ...world.tools, malware: { ...world.tools.malware, awaits: async () => true } };
    await handleIngestMessage(forgetful, scanned(upload, version));
    expect(await statusOf(upload.documentId)).toBe('scanning');

    const again = { kind: 'document.process', creator_id: world.creatorId, document_id: upload.documentId };
    await handle(JSON.stringify(again));

    expect(await statusOf(upload.documentId)).toBe('ready');
  });

  test('is not read on a result that speaks of another bucket or of no upload', async () => {
    const { upload, version } = await arrive('The bucket counts.');

    await handle(scanResult({ bucket: 'library', key: upload.key, versionId: version }));
    await handle(scanResult({ bucket: UPLOADS, key: `${upload.key}/x`, versionId: version }));
    const foreign = fileKey(randomUUID(), upload.documentId, upload.uploadId);
    await handle(scanResult({ bucket: UPLOADS, key: foreign, versionId: version }));

    expect(await statusOf(upload.documentId)).toBe('scanning');
  });

  test('is not read on what only looks like a result', async () => {
    const { upload, version } = await arrive('Forged.');
    const event = JSON.parse(scanned(upload, version)) as Record<string, unknown>;

    await handle(JSON.stringify({ ...event, source: 'somebody.else' }));
    await handle(JSON.stringify({ ...event, 'detail-type': 'Another Event' }));
    await handle(JSON.stringify({ ...event, detail: { scanStatus: 'COMPLETED' } }));

    expect(await statusOf(upload.documentId)).toBe('scanning');
  });
});

test('where no verdicts are awaited a result changes nothing', async () => {
  const upload = await announce('Nobody asked.');
  const version = await put(upload, 'Nobody asked.');

  const tools = { ...world.tools, malware: builtInOnly };
  await handleIngestMessage(tools, scanned(upload, version, { result: 'THREATS_FOUND' }));
  await handleIngestMessage(tools, arrived(upload, version));

  expect(await statusOf(upload.documentId)).toBe('ready');
});
