import type { Executor } from '../../database/executor.ts';
import { raiseKnowledgeVersion } from '../document/raise-knowledge-version.ts';

/**
 * Deletes an answer for everyone who looks, its words with it; the vector and the row are collected afterwards.
 * False when there is no such answer, or it was deleted before.
 */
export async function tombstoneAnswer(db: Executor, creatorId: string, id: string): Promise<boolean> {
  const rows = await db.query(
    `update curated_answers set deleted_at = now(), question = '', answer = '', queued_at = now(), resent = 0
     where creator_id = $1 and id = $2 and deleted_at is null
     returning id`,
    [creatorId, id],
  );
  if (rows.length === 0) return false;
  await raiseKnowledgeVersion(db, creatorId);
  return true;
}
