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
 * Waits for a new file. The live version, if there is one, goes on answering until the new one is whole; work on an
 * earlier file ends, because its upload and lease are no longer the row's. Undefined when there is no such upload.
 */
export async function reopenUpload(
  db: Executor,
  creatorId: string,
  id: string,
  upload: ReplacementUpload,
): Promise<DocumentRow | undefined> {
  return firstDocument(
    await db.query(
      `update documents set upload_id = $3, filename = $4, content_type = $5, size_bytes = $6, title = coalesce($7, title),
         status = 'awaiting_upload', sequencer = null, object_version = null, attempt = 0, deaths = 0,
         lease_owner = null, lease_until = null, deadline_at = now() + interval '1 hour',
         queued_at = now(), resent = 0, progress_stage = 'upload', progress_done = 0, progress_total = 0,
         error_code = null, error_message = null
       where creator_id = $1 and id = $2 and deleted_at is null and source = 'upload'
       returning ${DOCUMENT_COLUMNS}`,
      [creatorId, id, upload.uploadId, upload.filename, upload.contentType, upload.sizeBytes, upload.title ?? null],
    ),
  );
}
