import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, test } from 'vitest';
import type { Executor } from '../../../shared/database/executor.ts';
import { openPool } from '../../../shared/database/pool.ts';
import { openTenantDatabase, type TenantDatabase } from '../../../shared/database/tenant-database.ts';
import { acceptUpload } from '../../../shared/lifecycles/document/accept-upload.ts';
import { chunkId } from '../../../shared/lifecycles/document/chunk-id.ts';
import { storeChunks } from '../../../shared/lifecycles/document/chunk-rows.ts';
import { claimDocument, releaseDocument, renewDocument } from '../../../shared/lifecycles/document/claim-document.ts';
import {
  buryDocument,
  forgetVectors,
  isGenerationWanted,
  isUploadWanted,
  listStaleVectors,
  markVectorsTidy,
} from '../../../shared/lifecycles/document/collect-document.ts';
import { failDocument } from '../../../shared/lifecycles/document/fail-document.ts';
import { openDocument } from '../../../shared/lifecycles/document/open-document.ts';
import { publishDocument } from '../../../shared/lifecycles/document/publish-document.ts';
import { reopenUpload } from '../../../shared/lifecycles/document/reopen-upload.ts';
import { approveUpload, reportEmbedded, reserveVectors } from '../../../shared/lifecycles/document/report-progress.ts';
import { reprocessDocument } from '../../../shared/lifecycles/document/reprocess-document.ts';
import { tombstoneDocument } from '../../../shared/lifecycles/document/tombstone-document.ts';
import { pick, randomFrom } from '../../support/model/random.ts';
import { LEASE_MS, openTwins, type TwinDatabases } from '../../support/model/twin-documents.ts';
import { figure, tellFigure } from '../../support/safety/figures.ts';
import { makeTenant } from '../../support/tenant-fixture.ts';
import { type TestDatabase, testDatabase } from '../../support/test-database.ts';

const RUNS = figure(40, 800);
const STEPS = 25;
let postgres: TestDatabase;
let creatorId: string;
let pools: ReturnType<typeof openPool>[];
let real: TwinDatabases;

beforeAll(async () => {
  postgres = await testDatabase();
  ({ creatorId } = await makeTenant(postgres));
  pools = [openPool(postgres.urlFor('hub')), openPool(postgres.urlFor('ai'))];
  const [hub, ai] = pools.map(openTenantDatabase) as [TenantDatabase, TenantDatabase];
  real = { hub, ai };
});
afterAll(async () => {
  await Promise.all(pools.map((pool) => pool.end()));
  await postgres.drop();
});

async function runTwins(seed: number): Promise<void> {
  const random = randomFrom(seed);
  const { documentId, both, compare, leaseRunsOut } = openTwins(real, creatorId);
  const ids = { creatorId, documentId };
  const uploads = [randomUUID()];
  const workers = [randomUUID(), randomUUID()];
  const file = { filename: 'a.txt', contentType: 'text/plain', sizeBytes: 3 };
  await both('hub', (db) =>
    openDocument(db, { ...ids, ...file, uploadId: uploads[0] ?? '', title: 'A', source: 'upload' }),
  );
  let generation = 0;
  const workerId = () => pick(random, workers);
  const anyGeneration = () => Math.max(0, generation - Number(random() < 0.2));
  const hold = () => ({ ...ids, workerId: workerId(), generation: anyGeneration() });
  const chunk = (at: ReturnType<typeof hold>, index: number) => ({
    ...{
      id: chunkId(documentId, at.generation, index),
      index,
      text: `text ${index}`,
      page: null,
      pageStarts: [],
      headingPath: [],
      tokenCount: 2,
    },
  });
  const steps: readonly (readonly [string, () => Promise<unknown>])[] = [
    [
      'arrives',
      () => {
        const upload = { ...ids, uploadId: pick(random, uploads), sequencer: pick(random, ['0A', '0b', '0b1']) };
        return both('ai', (db) => acceptUpload(db, upload));
      },
    ],
    ['claim', () => inBoth((id) => (db) => claimDocument(db, { ...ids, workerId: id, leaseMs: LEASE_MS }))],
    ['renew', () => inBoth((id) => (db) => renewDocument(db, { ...ids, workerId: id, leaseMs: LEASE_MS }))],
    ['release', () => inBoth((id) => (db) => releaseDocument(db, { ...ids, workerId: id }))],
    ['approve', () => held((at) => (db) => approveUpload(db, at))],
    ['reserve', () => held((at) => (db) => reserveVectors(db, at, 256, 'model'))],
    ['embedded', () => held((at) => (db) => reportEmbedded(db, at, 2, { stage: 'embed', done: 2, total: 3 }))],
    ['store', () => held((at) => (db) => store(db, at, 3))],
    ['publish', () => publish()],
    ['publish what is stored', () => held((at) => (db) => publishStored(db, at))],
    ['fail', () => held((at) => (db) => failDocument(db, at, { code: 'DAMAGED', advice: 'Save it anew.' }))],
    ['reprocess', () => both('hub', (db) => reprocessDocument(db, creatorId, documentId))],
    ['reopen', () => reopen()],
    ['lease runs out', leaseRunsOut],
    ['stale', () => both('ai', (db) => listStaleVectors(db, creatorId, documentId))],
    ['tidy', () => both('ai', (db) => markVectorsTidy(db, creatorId, documentId))],
    ['wanted', () => wanted()],
    ['forget', () => forget()],
    ['delete', async () => random() < 0.5 && both('hub', (db) => tombstoneDocument(db, creatorId, documentId))],
    ['bury', () => both('ai', (db) => buryDocument(db, creatorId, documentId))],
  ];
  function inBoth(work: (id: string) => Parameters<TenantDatabase['withTenant']>[1]) {
    return both('ai', work(workerId()));
  }
  function held(work: (at: ReturnType<typeof hold>) => Parameters<TenantDatabase['withTenant']>[1]) {
    return both('ai', work(hold()));
  }
  function publish() {
    const at = hold();
    return both('ai', (db) => publishDocument(db, at, { chunks: firstOf(at, 2), embeddingModel: 'model' }));
  }
  function firstOf(at: ReturnType<typeof hold>, count: number) {
    return Array.from({ length: count }, (_, index) => chunk(at, index));
  }
  async function store(db: Executor, at: ReturnType<typeof hold>, count: number) {
    if (!(await reportEmbedded(db, at, count, { stage: 'embed', done: count, total: 3 }))) return false;
    await storeChunks(db, at, firstOf(at, count));
    return true;
  }
  async function publishStored(db: Executor, at: ReturnType<typeof hold>) {
    if (!(await store(db, at, 2))) return false;
    return publishDocument(db, at, { chunks: firstOf(at, 2), embeddingModel: 'model', areStored: true });
  }
  function reopen() {
    const uploadId = randomUUID();
    uploads.push(uploadId);
    const announced = {
      uploadId,
      filename: `${uploads.length}.txt`,
      contentType: 'text/plain',
      sizeBytes: uploads.length,
    };
    const title = random() < 0.5 ? { title: `Title ${uploads.length}` } : {};
    return both('hub', (db) => reopenUpload(db, creatorId, documentId, { ...announced, ...title }));
  }
  async function wanted() {
    const [at, uploadId] = [anyGeneration(), pick(random, uploads)];
    await both('ai', (db) => isGenerationWanted(db, creatorId, documentId, at));
    await both('ai', (db) => isUploadWanted(db, ids, uploadId));
  }
  function forget() {
    const at = anyGeneration();
    return both('ai', (db) => forgetVectors(db, creatorId, documentId, [at]));
  }

  const taken: string[] = [];
  try {
    for (let step = 0; step < STEPS; step += 1) {
      const [name, take] = pick(random, steps);
      taken.push(name);
      await take();
      await compare();
      const rows = await real.ai.withTenant(creatorId, (db) =>
        db.query('select generation from documents where creator_id = $1 and id = $2', [creatorId, documentId]),
      );
      generation = Number(rows[0]?.generation ?? generation);
    }
  } catch (error) {
    throw new Error(`seed ${seed}: ${taken.join(', ')}`, { cause: error });
  }
}

test(`A14: the model's store does what Postgres does with the life cycle's statements, ${RUNS} random runs`, async () => {
  for (let run = 0; run < RUNS; run += 1) await runTwins(run + 1);

  tellFigure('A14', `model against Postgres, ${RUNS} runs of ${STEPS} steps`, '0 differences', '0');
}, 600_000);
