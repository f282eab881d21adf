import type { Executor } from '../../database/executor.ts';
import { chunkSetting } from './chunk-settings.ts';
import { DOCUMENT_COLUMNS, DocumentRow } from './document-row.ts';

export interface NewDocument {
  readonly creatorId: string;
  readonly documentId: string;
  readonly uploadId: string;
  readonly title: string;
  readonly filename: string;
  readonly contentType: string;
  /** Announced by the client; what arrives is compared with it. */
  readonly sizeBytes: number;
  readonly source: 'upload' | 'page';
  readonly pageUrl?: string;
}

/** A document that waits for its upload, for at most an hour; cut as the creator's settings say now. */
export async function openDocument(db: Executor, document: NewDocument): Promise<DocumentRow> {
  const rows = await db.query(
    `insert into documents (creator_id, id, upload_id, title, filename, content_type, size_bytes, source, page_url,
       deadline_at, chunk_tokens, overlap_tokens)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, now() + interval '1 hour',
       ${chunkSetting('chunk_tokens', '1000')}, ${chunkSetting('overlap_tokens', '200')})
     returning ${DOCUMENT_COLUMNS}`,
    [
      document.creatorId,
      document.documentId,
      document.uploadId,
      document.title,
      document.filename,
      document.contentType,
      document.sizeBytes,
      document.source,
      document.pageUrl ?? null,
    ],
  );
  return DocumentRow.parse(rows[0]);
}
