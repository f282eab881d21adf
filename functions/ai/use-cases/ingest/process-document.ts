import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorkQueue } from '../../../../shared/clients/work-queue.ts';
import type { Executor } from '../../../../shared/database/executor.ts';
import type { TenantDatabase } from '../../../../shared/database/tenant-database.ts';
import { DocumentProcessingError } from '../../../../shared/errors/document-processing-error.ts';
import { UnscannedDocumentError } from '../../../../shared/errors/unscanned-document-error.ts';
import { releaseDocument, renewDocument } from '../../../../shared/lifecycles/document/claim-document.ts';
import type { DocumentRow } from '../../../../shared/lifecycles/document/document-row.ts';
import { failDocument, rejectDocument } from '../../../../shared/lifecycles/document/fail-document.ts';
import { retitlePage } from '../../../../shared/lifecycles/document/open-page.ts';
import type { DocumentHold } from '../../../../shared/lifecycles/document/report-progress.ts';
import type { TextBlock } from '../../../../shared/models/extraction.ts';
import { log } from '../../../../shared/observability/logger.ts';
import { observeWork } from '../../../../shared/observability/metrics.ts';
import type { AnswerCache } from '../../gateways/answer-cache.ts';
import type { VectorIndex } from '../../gateways/chroma.ts';
import type { DocumentTraces } from '../../gateways/document-traces.ts';
import type { Extractor } from '../../gateways/extractor.ts';
import type { FileStore } from '../../gateways/file-store.ts';
import type { MalwareScanner } from '../../gateways/malware-scanner.ts';
import type { OllamaGateway } from '../../gateways/ollama.ts';
import type { PageFetcher } from '../../gateways/page-fetcher.ts';
import type { Reconciliations } from '../../repositories/reconciliations.ts';
import { collectStaleVectors } from '../sweep/collect-stale-vectors.ts';
import { cleanText } from '../text/clean-text.ts';
import { holdLease, LeaseLostError } from './hold-lease.ts';
import { indexDocument } from './index-document.ts';
import { ReadingProgress } from './reading-progress.ts';
import { takeDocument } from './take-document.ts';
import { approveFile, fetchFile, scanForMalware } from './take-upload.ts';

export interface IngestTools {
  readonly database: TenantDatabase;
  readonly files: FileStore;
  readonly extractor: Extractor;
  readonly malware: MalwareScanner;
  readonly pages: PageFetcher;
  readonly models: Pick<OllamaGateway, 'embed' | 'embeddingModel'>;
  readonly vectors: Pick<VectorIndex, 'ensureCollection' | 'upsert' | 'remove' | 'existing' | 'list' | 'idsOf'>;
  readonly answers: Pick<AnswerCache, 'forget'>;
  readonly traces: DocumentTraces;
  readonly reconciliations: (db: Executor, creatorId: string) => Reconciliations;
  /** The ingest's own. */
  readonly queue: Pick<WorkQueue, 'send'>;
}

/** One worker's hold of a document while it works. */
export interface DocumentWork {
  readonly row: DocumentRow;
  readonly hold: DocumentHold;
  /** A folder of its own, removed afterwards. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

const LEASE_MS = 30_000;
const RENEW_EVERY_MS = 10_000;
const MAX_TITLE_CHARACTERS = 300;
/** A document that ended its worker this often is not tried again. */
const MAX_DEATHS = 2;
/** Findings that make a file unsafe rather than unreadable. */
const UNSAFE = new Set(['MALWARE_FOUND', 'TYPE_MISMATCH']);

export type Outcome = 'done' | 'failed' | 'stepped-aside' | 'waiting';

/**
 * Takes a document as far as it goes: through the scan, into chunks and vectors, and live. Steps aside when another
 * worker holds it, nothing is to be done, or many of the creator's are being worked on; waits, without holding it, for
 * a verdict that comes by itself. A permanent fault is written down; anything else is thrown after the lease was let
 * go, and the next delivery goes on where this one stopped.
 */
export async function processDocument(
  tools: IngestTools,
  creatorId: string,
  documentId: string,
  until?: AbortSignal,
): Promise<Outcome> {
  if (await tools.malware.awaits(creatorId, documentId)) return 'waiting';
  const workerId = randomUUID();
  const claim = { creatorId, documentId, workerId, leaseMs: LEASE_MS };
  const row = await takeDocument(tools, claim);
  if (!row) {
    await collectStaleVectors(tools, creatorId, documentId);
    return 'stepped-aside';
  }
  const hold = { creatorId, documentId, workerId, generation: row.generation };
  const lease = holdLease({
    renew: () => tools.database.withTenant(creatorId, (db) => renewDocument(db, claim)),
    leaseMs: LEASE_MS,
    renewEveryMs: RENEW_EVERY_MS,
    ...(until && { until }),
  });
  const folder = await mkdtemp(join(tmpdir(), 'understudy-ingest-'));
  try {
    if (row.deaths >= MAX_DEATHS) {
      const advice = 'Reading this file failed repeatedly. Save it anew, or split it, and upload it again.';
      throw new DocumentProcessingError('INTERNAL', advice);
    }
    await work(tools, { row, hold, folder, signal: lease.signal });
    return 'done';
  } catch (error) {
    return await settle(tools, hold, lease.signal.aborted ? lease.signal.reason : error);
  } finally {
    lease.stop();
    await rm(folder, { recursive: true, force: true });
    await collectStaleVectors(tools, creatorId, documentId).catch((error) => {
      log.warn('old vectors were left for later', { reason: error instanceof Error ? error.message : 'unknown' });
    });
  }
}

const timed = <T>(stage: 'fetch' | 'scan' | 'index', step: () => Promise<T>) =>
  observeWork('understudy_ingest_stage_seconds', { stage }, step);

async function work(tools: IngestTools, claimed: DocumentWork): Promise<void> {
  if (claimed.row.status === 'scanning') await tools.malware.refuseKnown(claimed.row);
  const { path, row } = await timed('fetch', () => fetchFile(tools, claimed));
  const document = { ...claimed, row };
  await scanForMalware(tools, document, path);
  // The reader is fenced in, so it may start while the file's build is checked; what it says is used afterwards only.
  const reading = new AbortController();
  const signal = AbortSignal.any([document.signal, reading.signal]);
  let title = '';
  const progress = new ReadingProgress();
  const blocks = tools.extractor.extract(path, row.content_type, signal, {
    onTitle: (told) => {
      title ||= told;
    },
    onPages: (done, total) => progress.readPages(done, total),
  });
  try {
    await timed('scan', () => approveFile(tools, document, path));
    const text = row.source === 'page' ? titled(tools, document, blocks, () => title) : blocks;
    await timed('index', () => indexDocument(tools, document, text, progress));
  } finally {
    reading.abort();
  }
}

/** The same blocks; once they are through, the page is called what it calls itself. */
async function* titled(
  tools: IngestTools,
  { hold }: DocumentWork,
  blocks: AsyncIterable<TextBlock>,
  readTitle: () => string,
): AsyncGenerator<TextBlock> {
  yield* blocks;
  const title = cleanText(readTitle()).replaceAll(/\s+/g, ' ').trim().slice(0, MAX_TITLE_CHARACTERS);
  if (title === '') return;
  await tools.database.withTenant(hold.creatorId, (db) => retitlePage(db, hold, title.toWellFormed()));
}

async function settle(tools: IngestTools, hold: DocumentHold, error: unknown): Promise<Outcome> {
  if (error instanceof LeaseLostError) {
    // Where it was deleted rather than taken over, its collection need not wait for the lease to run out.
    await tools.database.withTenant(hold.creatorId, (db) => releaseDocument(db, hold)).catch(() => {});
    log.info('the document was taken over', { document_id: hold.documentId });
    return 'stepped-aside';
  }
  if (error instanceof DocumentProcessingError) {
    const failure = { code: error.reason, advice: error.message };
    const isUnsafe = UNSAFE.has(error.reason) || error instanceof UnscannedDocumentError;
    const end = isUnsafe ? rejectDocument : failDocument;
    await tools.database.withTenant(hold.creatorId, (db) => end(db, hold, failure));
    log.info('the document was refused', { document_id: hold.documentId, code: error.reason });
    return 'failed';
  }
  await tools.database.withTenant(hold.creatorId, (db) => releaseDocument(db, hold)).catch(() => {});
  throw error;
}
