import * as z from 'zod';
import { CURSOR_AT } from '../../../shared/database/cursor-at.ts';
import { ErasureFinding } from '../../../shared/database/erasure-receipts.ts';
import type { Executor } from '../../../shared/database/executor.ts';
import type { Cursor } from '../../../shared/models/listing.ts';

const ReceiptRow = z.object({
  id: z.string(),
  subject_kind: z.enum(['document', 'answer']),
  subject_id: z.string(),
  requested_at: z.date(),
  findings: z.record(z.string(), ErasureFinding),
  created_at: z.date(),
  cursor_at: z.string(),
});
type ReceiptRow = z.output<typeof ReceiptRow>;

export interface ErasureReceipts {
  /** Newest first; one row more than `limit` when there are more. */
  list(limit: number, cursor: Cursor | undefined): Promise<readonly ReceiptRow[]>;
  /** That of a document or curated answer; undefined until its deletion is finished. */
  find(subjectId: string): Promise<ReceiptRow | undefined>;
}

const COLUMNS = `id, subject_kind, subject_id, requested_at, findings, created_at, ${CURSOR_AT}`;

/** The reading side of what ai writes with `recordErasure`. */
export function openErasureReceipts(db: Executor, creatorId: string): ErasureReceipts {
  return {
    async list(limit, cursor) {
      const rows = await db.query(
        `select ${COLUMNS} from erasure_receipts
         where creator_id = $1 and ($2::timestamptz is null or (created_at, id) < ($2, $3::uuid))
         order by created_at desc, id desc limit $4`,
        [creatorId, cursor?.createdAt ?? null, cursor?.id ?? null, limit + 1],
      );
      return rows.map((row) => ReceiptRow.parse(row));
    },

    async find(subjectId) {
      const [row] = await db.query(
        `select ${COLUMNS} from erasure_receipts
         where creator_id = $1 and subject_kind in ('document', 'answer') and subject_id = $2`,
        [creatorId, subjectId],
      );
      return row && ReceiptRow.parse(row);
    },
  };
}
