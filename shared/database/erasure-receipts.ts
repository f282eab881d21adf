import * as z from 'zod';
import type { Executor } from './executor.ts';

/** What one store was searched for after a deletion; a receipt exists only where nothing was found anywhere. */
export const ErasureFinding = z.object({
  looked_for: z.string(),
  /** What was removed before, where it was counted. */
  removed: z.int().optional(),
  found: z.literal(0),
});
export type ErasureFinding = Readonly<z.infer<typeof ErasureFinding>>;

export interface ErasureReceipt {
  readonly creatorId: string;
  readonly subjectKind: 'document' | 'answer';
  readonly subjectId: string;
  readonly requestedAt: Date;
  readonly findings: Readonly<Record<'postgres' | 'vectors' | 'redis', ErasureFinding> & { files?: ErasureFinding }>;
}

/** Written in the transaction that removes the last row; the application can insert and read, never alter. */
export async function recordErasure(db: Executor, receipt: ErasureReceipt): Promise<void> {
  await db.query(
    `insert into erasure_receipts (creator_id, subject_kind, subject_id, requested_at, findings)
     values ($1, $2, $3, $4, $5)
     on conflict (creator_id, subject_kind, subject_id) do nothing`,
    [receipt.creatorId, receipt.subjectKind, receipt.subjectId, receipt.requestedAt, JSON.stringify(receipt.findings)],
  );
}
