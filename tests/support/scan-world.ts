import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { openFileStore } from '../../functions/ai/gateways/file-store.ts';
import { openGuardDuty } from '../../functions/ai/gateways/guardduty.ts';
import { handleIngestMessage } from '../../functions/ai/use-cases/ingest/handle-ingest-message.ts';
import { startAwsGateway } from '../../infra/local/parts/aws-gateway.ts';
import { openPartRegistry } from '../../infra/local/parts/part-registry.ts';
import { readSecrets } from '../../infra/local/parts/secrets.ts';
import { fileKey } from '../../shared/config/file-keys.ts';
import { openIngestWorld } from './ingest-world.ts';
import { scanResult } from './scan-result.ts';
import { testDatabase } from './test-database.ts';

export const UPLOADS = 'uploads-of-this-test';

interface Upload {
  readonly documentId: string;
  readonly uploadId: string;
  readonly key: string;
}

/** The ingest with real buckets, whose uploads wait for what GuardDuty tells about them. */
export async function openScanWorld() {
  const folder = await mkdtemp(join(tmpdir(), 'understudy-scan-results-'));
  const { aws, s3 } = await openBuckets(folder);
  const database = await testDatabase();
  const world = await openIngestWorld(database);
  Object.assign(world.tools, {
    files: openFileStore({ s3, uploadsBucket: UPLOADS, libraryBucket: 'library' }),
    malware: openGuardDuty({ database: world.tools.database, uploadsBucket: UPLOADS }),
  });
  const close = async () => {
    s3.destroy();
    await aws.stop();
    await world.close();
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  };

  const handle = (body: string) => handleIngestMessage(world.tools, body);
  const announce = async (content: string | Buffer, contentType = 'text/plain'): Promise<Upload> => {
    const { documentId, uploadId } = await world.announce(content, contentType);
    return { documentId, uploadId, key: fileKey(world.creatorId, documentId, uploadId) };
  };
  const put = async ({ key }: Upload, content: string | Buffer): Promise<string> => {
    await s3.send(new PutObjectCommand({ Bucket: UPLOADS, Key: key, Body: content }));
    return randomUUID();
  };
  return {
    ...{ world, folder, close, handle },
    /** A document that waits for this file. */
    announce,
    /** Puts the file where browsers post it. @returns a version, which the emulator does not draw: it keeps the last one */
    put,
    arrive: async (content: string | Buffer, contentType?: string) => {
      const upload = await announce(content, contentType);
      const version = await put(upload, content);
      await handle(arrived(upload, version));
      return { upload, version };
    },
    statusOf: async (documentId: string) => (await world.row(documentId))?.status,
  };
}

export type ScanWorld = Awaited<ReturnType<typeof openScanWorld>>;

async function openBuckets(folder: string) {
  const aws = await startAwsGateway({
    dataFolder: folder,
    registry: await openPartRegistry(folder),
    secrets: readSecrets(folder),
  });
  for (const bucket of [UPLOADS, 'library']) aws.createBucket(bucket);
  const s3 = new S3Client({
    ...{ endpoint: aws.endpointUrl, region: aws.region, credentials: aws.credentials, forcePathStyle: true },
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });
  return { aws, s3 };
}

let sequencer = 0;

/** The event of an upload that has arrived. */
export function arrived({ key }: Upload, versionId: string): string {
  sequencer += 1;
  const object = { key: encodeURIComponent(key), versionId, sequencer: sequencer.toString(16).padStart(16, '0') };
  return JSON.stringify({ Records: [{ eventName: 'ObjectCreated:Post', s3: { object } }] });
}

/** What GuardDuty tells about it: nothing found, unless told otherwise. */
export const scanned = ({ key }: Upload, versionId: string, told?: Parameters<typeof scanResult>[1]): string =>
  scanResult({ bucket: UPLOADS, key, versionId }, told);
