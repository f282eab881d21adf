import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DocumentProcessingError } from '../../../../shared/errors/document-processing-error.ts';
import { UnscannedDocumentError } from '../../../../shared/errors/unscanned-document-error.ts';
import { releaseDocument, renewDocument } from '../../../../shared/lifecycles/document/claim-document.ts';
import { failDocument, rejectDocument } from '../../../../shared/lifecycles/document/fail-document.ts';
import type { DocumentHold } from '../../../../shared/lifecycles/document/report-progress.ts';
import { log } from '../../../../shared/observability/logger.ts';
import { collectStaleVectors } from '../sweep/collect-stale-vectors.ts';
import { holdLease, LeaseLostError } from './hold-lease.ts';
import { ingestDocument } from './ingest-document.ts';
import type { IngestTools } from './ingest-tools.ts';
import { takeDocument } from './take-document.ts';

const LEASE_MS = 30_000;
const RENEW_EVERY_MS = 10_000;
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
    await ingestDocument(tools, { row, hold, folder, signal: lease.signal });
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
  // A lease that cannot be given back runs out by itself; what went wrong before says more.
  await tools.database.withTenant(hold.creatorId, (db) => releaseDocument(db, hold)).catch(() => {});
  throw error;
}
