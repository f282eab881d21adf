import * as z from 'zod';
import { Timestamp } from '../../../shared/models/wire.ts';

const Finding = z.object({ looked_for: z.string(), removed: z.int().optional(), found: z.literal(0) });

/** What was searched for, store by store, after a deletion, and that nothing of it was found. */
export const ErasureReceipt = z.object({
  id: z.uuid(),
  subject_kind: z.enum(['document', 'answer']),
  subject_id: z.uuid(),
  requested_at: Timestamp,
  /** By store: `postgres`, `vectors`, `redis`, and `files` where there were any. */
  findings: z.record(z.string(), Finding),
  created_at: Timestamp,
});
