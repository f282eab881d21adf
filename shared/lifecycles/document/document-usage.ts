import * as z from 'zod';
import type { Executor } from '../../database/executor.ts';
import { waitForOthers } from '../../database/wait-for-others.ts';
import { AWAITS_FILE } from './document-row.ts';

const DocumentUsage = z.object({ documents: z.coerce.number(), bytes: z.coerce.number() });
export type DocumentUsage = z.infer<typeof DocumentUsage>;

/**
 * How many documents a creator has and the bytes of their files, announced ones included: of a document whose file is
 * to be replaced the larger one counts. `exceptId` is left out. Until the transaction ends nobody else of the creator's
 * asks, so that two at once cannot both take the last place.
 */
export async function readDocumentUsage(db: Executor, creatorId: string, exceptId?: string): Promise<DocumentUsage> {
  const [, rows] = await Promise.all([
    waitForOthers(db, creatorId, 'documents'),
    db.query(
      `select count(*) as documents, coalesce(sum(greatest(
         size_bytes, case when ${AWAITS_FILE} then next_size_bytes end)), 0) as bytes from documents
       where creator_id = $1 and deleted_at is null and ($2::uuid is null or id <> $2)`,
      [creatorId, exceptId ?? null],
    ),
  ]);
  return DocumentUsage.parse(rows[0]);
}
