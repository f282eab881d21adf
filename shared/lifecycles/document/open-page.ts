import type { Executor } from '../../database/executor.ts';
import { chunkSetting } from './chunk-settings.ts';
import { DOCUMENT_COLUMNS, DocumentRow } from './document-row.ts';
import type { DocumentHold } from './report-progress.ts';

export interface NewPage {
  readonly creatorId: string;
  readonly documentId: string;
  /** Names the copy in the library, as with uploads. */
  readonly uploadId: string;
  readonly title: string;
  readonly url: string;
}

/** A page that waits to be fetched: work from the first moment on, for at most half an hour. */
export async function openPage(db: Executor, page: NewPage): Promise<DocumentRow> {
  const rows = await db.query(
    `insert into documents (creator_id, id, upload_id, title, filename, content_type, size_bytes, source, page_url,
       status, generation, deadline_at, progress_stage, chunk_tokens, overlap_tokens)
     values ($1, $2, $3, $4, 'page.html', 'text/html', 0, 'page', $5, 'scanning', 1, now() + interval '30 minutes',
       'fetch', ${chunkSetting('chunk_tokens', '1000')}, ${chunkSetting('overlap_tokens', '200')})
     returning ${DOCUMENT_COLUMNS}`,
    [page.creatorId, page.documentId, page.uploadId, page.title, page.url],
  );
  return DocumentRow.parse(rows[0]);
}

/** What was fetched, before anybody looks at it. Undefined when the hold was lost. */
export async function recordFetchedPage(
  db: Executor,
  hold: DocumentHold,
  page: { readonly contentType: string; readonly sizeBytes: number },
): Promise<DocumentRow | undefined> {
  const rows = await db.query(
    `update documents set content_type = $5, size_bytes = $6,
       filename = case $5 when 'text/plain' then 'page.txt' else 'page.html' end, progress_stage = 'scan'
     where creator_id = $1 and id = $2 and lease_owner = $3 and generation = $4 and deleted_at is null
       and source = 'page'
     returning ${DOCUMENT_COLUMNS}`,
    [hold.creatorId, hold.documentId, hold.workerId, hold.generation, page.contentType, page.sizeBytes],
  );
  return rows[0] === undefined ? undefined : DocumentRow.parse(rows[0]);
}

/** A page is called what it calls itself. False when the hold was lost. */
export async function retitlePage(db: Executor, hold: DocumentHold, title: string): Promise<boolean> {
  const rows = await db.query(
    `update documents set title = $5
     where creator_id = $1 and id = $2 and lease_owner = $3 and generation = $4 and deleted_at is null
       and source = 'page'
     returning id`,
    [hold.creatorId, hold.documentId, hold.workerId, hold.generation, title],
  );
  return rows.length > 0;
}
