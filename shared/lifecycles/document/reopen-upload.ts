import type { Executor } from '../../database/executor.ts';
import { DOCUMENT_COLUMNS, type DocumentRow, firstDocument } from './document-row.ts';

export interface ReplacementUpload {
  readonly uploadId: string;
  readonly filename: string;
  readonly contentType: string;
  readonly sizeBytes: number;
  /** Left out, the title stays. */
  readonly title?: string;
}

/**
 * Waits for a new file, and no longer for one that was announced before. What the document holds, and the work on it,
 * stay as they are until the new file has arrived; one that never held a file simply waits for this one from now on.
 * Undefined when there is no such upload.
 */
export async function reopenUpload(
  db: Executor,
  creatorId: string,
  id: string,
  upload: ReplacementUpload,
): Promise<DocumentRow | undefined> {
  const { uploadId, filename, contentType, sizeBytes, title } = upload;
  const values = [creatorId, id, uploadId, filename, contentType, sizeBytes, title ?? null];
  const empty = await db.query(
    `update documents set upload_id = $3, filename = $4, content_type = $5, size_bytes = $6, title = coalesce($7, title),
       status = 'awaiting_upload', deadline_at = now() + interval '1 hour', queued_at = now(), resent = 0,
       progress_stage = 'upload', progress_done = 0, progress_total = 0, error_code = null, error_message = null
     where creator_id = $1 and id = $2 and deleted_at is null and source = 'upload' and sequencer is null
     returning ${DOCUMENT_COLUMNS}`,
    values,
  );
  if (empty.length > 0) return firstDocument(empty);
  return firstDocument(
    await db.query(
      `update documents set next_upload_id = $3, next_filename = $4, next_content_type = $5, next_size_bytes = $6,
         next_title = $7, next_until = now() + interval '1 hour'
       where creator_id = $1 and id = $2 and deleted_at is null and source = 'upload' and sequencer is not null
       returning ${DOCUMENT_COLUMNS}`,
      values,
    ),
  );
}
