import * as z from 'zod';
import { CURSOR_AT } from '../../../shared/database/cursor-at.ts';
import type { Executor } from '../../../shared/database/executor.ts';
import type { Cursor } from '../../../shared/models/listing.ts';

const AuditRow = z.object({
  id: z.string(),
  actor: z.string(),
  action: z.string(),
  subject_id: z.string().nullable(),
  fields: z.array(z.string()),
  request_id: z.string().nullable(),
  created_at: z.date(),
  cursor_at: z.string(),
});
type AuditRow = z.output<typeof AuditRow>;

export interface AuditTrail {
  /** Newest first; one row more than `limit` when there are more. */
  list(limit: number, cursor: Cursor | undefined): Promise<readonly AuditRow[]>;
}

/** The reading side of what every service writes with `recordAudit`. */
export function openAuditTrail(db: Executor, creatorId: string): AuditTrail {
  return {
    async list(limit, cursor) {
      const rows = await db.query(
        `select id, actor, action, subject_id, fields, request_id, created_at,
           ${CURSOR_AT}
         from audit_events
         where creator_id = $1 and ($2::timestamptz is null or (created_at, id) < ($2, $3::uuid))
         order by created_at desc, id desc limit $4`,
        [creatorId, cursor?.createdAt ?? null, cursor?.id ?? null, limit + 1],
      );
      return rows.map((row) => AuditRow.parse(row));
    },
  };
}
