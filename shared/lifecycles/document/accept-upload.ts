import { recordAudit } from '../../database/audit.ts';
import type { Executor } from '../../database/executor.ts';
import { dropUnpublished } from './chunk-rows.ts';
import { DOCUMENT_COLUMNS, type DocumentRow, firstDocument } from './document-row.ts';

export interface ArrivedUpload {
  readonly creatorId: string;
  readonly documentId: string;
  readonly uploadId: string;
  /** S3's sequencer: hexadecimal, another one for each time that something was put under the key. */
  readonly sequencer: string;
  readonly objectVersion?: string | undefined;
}

/** What was announced with the form of a replacement when it is this that has arrived, else what the row has. */
const AS_ANNOUNCED = `filename = case when next_upload_id = $3 then coalesce(next_filename, filename) else filename end,
  content_type = case when next_upload_id = $3 then coalesce(next_content_type, content_type) else content_type end,
  size_bytes = case when next_upload_id = $3 then coalesce(next_size_bytes, size_bytes) else size_bytes end,
  title = case when next_upload_id = $3 then coalesce(next_title, title) else title end`;

/**
 * Takes an arrived file as new content: a new generation that waits for its scan. It takes the place of what the
 * document held, and work on that ends, because its upload and lease are no longer the row's. Each upload is taken
 * once: the form stays good until it expires, and whoever sends it again must not replace what was taken. Undefined
 * for that, for a repeated event, and for one that belongs to no upload that the row waits for.
 */
export async function acceptUpload(db: Executor, upload: ArrivedUpload): Promise<DocumentRow | undefined> {
  const { creatorId, documentId, uploadId, sequencer, objectVersion } = upload;
  const row = firstDocument(
    await db.query(
      `update documents set status = 'scanning', upload_id = $3, ${AS_ANNOUNCED},
         next_upload_id = null, next_filename = null, next_content_type = null, next_size_bytes = null,
         next_title = null, next_until = null,
         sequencer = $4, object_version = $5, generation = generation + 1,
         attempt = 0, deaths = 0, lease_owner = null, lease_until = null,
         deadline_at = now() + interval '30 minutes', queued_at = now(), resent = 0,
         progress_stage = 'scan', progress_done = 0, progress_total = 0,
         embedded_chunks = 0, embedding_model = null, error_code = null, error_message = null
       where creator_id = $1 and id = $2 and deleted_at is null
         and (upload_id = $3 and sequencer is null or next_upload_id = $3)
       returning ${DOCUMENT_COLUMNS}`,
      [creatorId, documentId, uploadId, sequencer, objectVersion ?? null],
    ),
  );
  if (row) await dropUnpublished(db, creatorId, documentId, row.live_generation);
  if (row && row.generation > 1) {
    const fields = ['filename', 'content_type', 'size_bytes', 'title'];
    const actor = 'system:ai-ingest';
    await recordAudit(db, { creatorId, actor, action: 'document.replaced', subjectId: documentId, fields });
  }
  return row;
}
