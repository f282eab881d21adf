import * as z from 'zod';
import { ErasureFinding } from '../../../shared/database/erasure-receipts.ts';
import { Timestamp } from '../../../shared/models/wire.ts';

/** What was searched for, store by store, after a deletion, and that nothing of it was found. */
export const ErasureReceipt = z.object({
  id: z.uuid(),
  subject_kind: z.enum(['document', 'answer']),
  subject_id: z.uuid(),
  requested_at: Timestamp,
  /** By store: `postgres`, `vectors`, `redis`, and `files` where there were any. */
  findings: z.record(z.string(), ErasureFinding),
  created_at: Timestamp,
});
