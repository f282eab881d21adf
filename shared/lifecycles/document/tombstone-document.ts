import type { Executor } from '../../database/executor.ts';
import { raiseKnowledgeVersion } from './raise-knowledge-version.ts';

/**
 * Deletes a document for everyone who looks: its passages are gone with this transaction; files, vectors and the row
 * are collected afterwards. Whoever works on it loses the lease at the next step.
 * False when there is no such document, or it was deleted before.
 */
export async function tombstoneDocument(db: Executor, creatorId: string, id: string): Promise<boolean> {
  const rows = await db.query(
    `update documents set deleted_at = now(), queued_at = now(), resent = 0
     where creator_id = $1 and id = $2 and deleted_at is null
     returning live_generation`,
    [creatorId, id],
  );
  if (rows.length === 0) return false;
  await db.query('delete from chunks where creator_id = $1 and document_id = $2', [creatorId, id]);
  await raiseKnowledgeVersion(db, creatorId);
  return true;
}
