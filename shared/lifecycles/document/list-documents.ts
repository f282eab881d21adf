import type { Executor } from '../../database/executor.ts';
import { DOCUMENT_STATUSES, DocumentCounts } from '../../models/document.ts';
import type { Cursor } from '../../models/listing.ts';
import { AWAITS_FILE, DOCUMENT_COLUMNS, DocumentRow } from './document-row.ts';

export interface DocumentFilter {
  readonly status?: DocumentRow['status'] | undefined;
  readonly limit: number;
  readonly cursor?: Cursor | undefined;
}

/** A document whose new file is waited for says so, whatever becomes of what it holds meanwhile (`toDocument`). */
const SHOWN_STATUS = `case when ${AWAITS_FILE} then 'awaiting_upload' else status end`;

/** How many documents of each status there are. */
export async function countDocuments(db: Executor, creatorId: string): Promise<DocumentCounts> {
  const rows = await db.query(
    `select ${SHOWN_STATUS} as status, count(*)::integer as count from documents
     where creator_id = $1 and deleted_at is null group by 1`,
    [creatorId],
  );
  const found = new Map(rows.map((row) => [row.status, row.count]));
  return DocumentCounts.parse(Object.fromEntries(DOCUMENT_STATUSES.map((status) => [status, found.get(status) ?? 0])));
}

/** Newest first; one row more than `limit`, so that the caller sees whether there are more. */
export async function listDocuments(db: Executor, creatorId: string, filter: DocumentFilter): Promise<DocumentRow[]> {
  const rows = await db.query(
    `select ${DOCUMENT_COLUMNS} from documents
     where creator_id = $1 and deleted_at is null
       and ($2::text is null or ${SHOWN_STATUS} = $2)
       and ($3::timestamptz is null or (created_at, id) < ($3, $4::uuid))
     order by created_at desc, id desc
     limit $5`,
    [creatorId, filter.status ?? null, filter.cursor?.createdAt ?? null, filter.cursor?.id ?? null, filter.limit + 1],
  );
  return rows.map((row) => DocumentRow.parse(row));
}
