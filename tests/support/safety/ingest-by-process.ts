import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { collectionName } from '../../../functions/ai/gateways/chroma-collection.ts';
import { startAwsGateway } from '../../../infra/local/parts/aws-gateway.ts';
import { openPartRegistry } from '../../../infra/local/parts/part-registry.ts';
import { readSecrets } from '../../../infra/local/parts/secrets.ts';
import { fileKey } from '../../../shared/config/file-keys.ts';
import { openPool } from '../../../shared/database/pool.ts';
import { openTenantDatabase } from '../../../shared/database/tenant-database.ts';
import { openDocument } from '../../../shared/lifecycles/document/open-document.ts';
import { tombstoneDocument } from '../../../shared/lifecycles/document/tombstone-document.ts';
import { EXTRACTOR, temporaryFiles } from '../extractor-program.ts';
import { makeTenant } from '../tenant-fixture.ts';
import { requireVariable, testDatabase } from '../test-database.ts';

const WORKER = fileURLToPath(new URL('./ending-worker.ts', import.meta.url));
const run = promisify(execFile);

/** How a worker's process ended: with the steps it took, or killed. */
export type WorkerEnd = { readonly steps: readonly string[] } | 'killed';

/** The ingest as processes that can be ended at any step, over real Postgres, Redis, Chroma, S3 and SQS. */
export async function openIngestByProcess() {
  const [folder, database] = [await temporaryFiles(), await testDatabase()];
  const { creatorId } = await makeTenant(database);
  const dataFolder = join(folder.folder, 'data');
  const registry = await openPartRegistry(dataFolder);
  const aws = await startAwsGateway({ dataFolder, registry, secrets: readSecrets(dataFolder) });
  for (const bucket of ['uploads', 'library']) aws.createBucket(bucket);
  const queue = aws.createQueue('ingest');
  const s3 = new S3Client({
    ...{ endpoint: aws.endpointUrl, region: aws.region, credentials: aws.credentials, forcePathStyle: true },
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });
  const pools = [openPool(database.urlFor('ai')), openPool(database.urlFor('hub'))] as const;
  const [asAi, asHub] = [openTenantDatabase(pools[0]), openTenantDatabase(pools[1])];
  const env = {
    ...{ PATH: process.env.PATH, STAGE: 'test', SERVICE_NAME: 'ai', LOG_LEVEL: 'SILENT' },
    POWERTOOLS_METRICS_DISABLED: 'true',
    ...{ DATABASE_URL: database.urlFor('ai'), REDIS_URL: requireVariable('TEST_REDIS_URL') },
    ...{ CHROMA_URL: requireVariable('TEST_CHROMA_URL'), OLLAMA_URL: requireVariable('TEST_OLLAMA_URL') },
    ...{ UPLOADS_BUCKET: 'uploads', LIBRARY_BUCKET: 'library', EXTRACTOR_PROGRAM: EXTRACTOR.program },
    ...{ INGEST_QUEUE_URL: queue.url, TURNS_QUEUE_URL: queue.url },
    ...{ PUBLIC_API_URL: 'http://127.0.0.1:8080', CONSOLE_ORIGIN: 'http://localhost:8080' },
    SOCKET_MANAGEMENT_URL: 'http://127.0.0.1:8080',
    ...{ AWS_REGION: aws.region, AWS_ENDPOINT_URL: aws.endpointUrl },
    AWS_ACCESS_KEY_ID: aws.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: aws.credentials.secretAccessKey,
  };
  const read = (sql: string, id: string) => asAi.withTenant(creatorId, (db) => db.query(sql, [creatorId, id]));

  return {
    creatorId,
    /** An upload that has arrived; its event is returned. */
    async upload(text: string) {
      const [documentId, uploadId] = [randomUUID(), randomUUID()];
      await asHub.withTenant(creatorId, (db) =>
        openDocument(db, {
          ...{ creatorId, documentId, uploadId, title: 'A text', filename: 'a.txt', contentType: 'text/plain' },
          ...{ sizeBytes: Buffer.byteLength(text), source: 'upload' },
        }),
      );
      const key = fileKey(creatorId, documentId, uploadId);
      await s3.send(new PutObjectCommand({ Bucket: 'uploads', Key: key, Body: text }));
      const object = { key, sequencer: '01' };
      return { documentId, event: JSON.stringify({ Records: [{ eventName: 'ObjectCreated:Post', s3: { object } }] }) };
    },
    remove: (documentId: string) => asHub.withTenant(creatorId, (db) => tombstoneDocument(db, creatorId, documentId)),
    message: (kind: 'process' | 'collect', documentId: string) =>
      JSON.stringify({ kind: `document.${kind}`, creator_id: creatorId, document_id: documentId }),
    async work(body: string, endAt = ''): Promise<WorkerEnd> {
      try {
        const { stdout } = await run(process.execPath, [WORKER, body], { env: { ...env, END_AT: endAt } });
        return { steps: JSON.parse(stdout) as string[] };
      } catch (error) {
        if ((error as { signal?: string }).signal === 'SIGKILL') return 'killed';
        throw error;
      }
    },
    /** As though the half minute of a dead worker's lease had passed. */
    async leaseRunsOut(documentId: string): Promise<void> {
      await read(
        `update documents set lease_until = now() - interval '1 second'
         where creator_id = $1 and id = $2 and lease_owner is not null`,
        documentId,
      );
    },
    async stored(documentId: string) {
      const [row] = await read(
        'select status, live_generation, generation, chunk_count from documents where creator_id = $1 and id = $2',
        documentId,
      );
      const chunks = await read('select generation from chunks where creator_id = $1 and document_id = $2', documentId);
      return { row, generations: new Set(chunks.map((chunk) => chunk.generation)), chunks: chunks.length };
    },
    vectorsOf: (documentId: string) => countVectors(env.CHROMA_URL, creatorId, documentId),
    async receipts(documentId: string): Promise<number> {
      return (await read('select 1 from erasure_receipts where creator_id = $1 and subject_id = $2', documentId))
        .length;
    },
    async close() {
      s3.destroy();
      await Promise.all(pools.map((pool) => pool.end()));
      await Promise.all([aws.stop(), database.drop()]);
      registry.release();
      await folder.remove();
    },
  };
}

async function countVectors(chromaUrl: string, creatorId: string, documentId: string): Promise<number> {
  const base = `${chromaUrl}/api/v2/tenants/default_tenant/databases/default_database/collections`;
  const found = await fetch(`${base}/${collectionName(creatorId)}`);
  if (!found.ok) return 0;
  const { id } = (await found.json()) as { id: string };
  const all = await fetch(`${base}/${id}/get`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ where: { document_id: documentId }, include: [] }),
  });
  return ((await all.json()) as { ids: string[] }).ids.length;
}
