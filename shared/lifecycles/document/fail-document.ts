import { recordAudit } from '../../database/audit.ts';
import type { Executor } from '../../database/executor.ts';
import type { DocumentErrorCode } from '../../errors/document-processing-error.ts';
import { dropUnpublished } from './chunk-rows.ts';
import type { DocumentHold } from './report-progress.ts';

export interface DocumentFailure {
  readonly code: DocumentErrorCode;
  /** What the creator can do about it. */
  readonly advice: string;
}

/** Ends the generation as `failed`. An older live version goes on answering. False when the hold was lost. */
export async function failDocument(db: Executor, hold: DocumentHold, failure: DocumentFailure): Promise<boolean> {
  return settle(db, hold, 'failed', failure);
}

/** Ends the generation as `rejected`: the file is unsafe and stays in quarantine. False when the hold was lost. */
export async function rejectDocument(db: Executor, hold: DocumentHold, failure: DocumentFailure): Promise<boolean> {
  return settle(db, hold, 'rejected', failure);
}

/** The sweeper's: ends whatever is open past its deadline, whoever holds it. False when it is settled or in time. */
export async function expireDocument(db: Executor, creatorId: string, documentId: string): Promise<boolean> {
  const rows = await db.query(
    `update documents set
       error_message = case status
         when 'awaiting_upload' then 'The file did not arrive in time. Start the upload again.'
         when 'scanning' then 'The safety check of this document did not end in time. Try again later.'
         else 'Reading this file took too long. Split it into smaller files and try again.' end,
       status = 'failed', error_code = 'TIMED_OUT', lease_owner = null, lease_until = null, vectors_stale = true
     where creator_id = $1 and id = $2 and deleted_at is null and deadline_at <= now()
       and status in ('awaiting_upload', 'scanning', 'processing')
     returning live_generation`,
    [creatorId, documentId],
  );
  if (rows[0] === undefined) return false;
  await dropUnpublished(db, creatorId, documentId, liveGenerationOf(rows[0]));
  await audit(db, creatorId, documentId, 'document.failed', 'system:ai-sweep');
  return true;
}

async function settle(
  db: Executor,
  hold: DocumentHold,
  status: 'failed' | 'rejected',
  failure: DocumentFailure,
): Promise<boolean> {
  const rows = await db.query(
    `update documents set status = $5, error_code = $6, error_message = $7, lease_owner = null, lease_until = null,
       vectors_stale = true
     where creator_id = $1 and id = $2 and lease_owner = $3 and generation = $4 and deleted_at is null
       and status in ('scanning', 'processing')
     returning live_generation`,
    [hold.creatorId, hold.documentId, hold.workerId, hold.generation, status, failure.code, failure.advice],
  );
  if (rows[0] === undefined) return false;
  await dropUnpublished(db, hold.creatorId, hold.documentId, liveGenerationOf(rows[0]));
  await audit(db, hold.creatorId, hold.documentId, `document.${status}`, 'system:ai-ingest');
  return true;
}

function liveGenerationOf(row: Record<string, unknown>): number | null {
  return row.live_generation === null ? null : Number(row.live_generation);
}

function audit(db: Executor, creatorId: string, documentId: string, action: string, actor: string): Promise<void> {
  return recordAudit(db, { creatorId, actor, action, subjectId: documentId, fields: ['status'] });
}
