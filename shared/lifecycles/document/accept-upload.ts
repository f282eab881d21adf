import type { Executor } from '../../database/executor.ts';
import { DOCUMENT_COLUMNS, type DocumentRow, firstDocument } from './document-row.ts';

export interface ArrivedUpload {
  readonly creatorId: string;
  readonly documentId: string;
  readonly uploadId: string;
  /** S3's sequencer: hexadecimal, another one for each time that something was put under the key. */
  readonly sequencer: string;
  readonly objectVersion?: string | undefined;
}

/**
 * Takes an arrived file as new content: a new generation that waits for its scan. Each upload is taken once: the form
 * stays good until it expires, and whoever sends it again must not replace what was taken. Undefined for that, for a
 * repeated event, and for one that belongs to no upload that the row waits for.
 */
export async function acceptUpload(db: Executor, upload: ArrivedUpload): Promise<DocumentRow | undefined> {
  return firstDocument(
    await db.query(
      `update documents set status = 'scanning', sequencer = $4, object_version = $5, generation = generation + 1,
         attempt = 0, deaths = 0, lease_owner = null, lease_until = null,
         deadline_at = now() + interval '30 minutes', queued_at = now(), resent = 0,
         progress_stage = 'scan', progress_done = 0, progress_total = 0,
         embedded_chunks = 0, embedding_model = null, error_code = null, error_message = null
       where creator_id = $1 and id = $2 and upload_id = $3 and deleted_at is null
         and sequencer is null
       returning ${DOCUMENT_COLUMNS}`,
      [upload.creatorId, upload.documentId, upload.uploadId, upload.sequencer, upload.objectVersion ?? null],
    ),
  );
}
