import { recordAudit } from '../../database/audit.ts';
import type { Executor } from '../../database/executor.ts';
import { raiseKnowledgeVersion } from '../document/raise-knowledge-version.ts';
import type { AnswerHold } from './claim-answer.ts';

/**
 * The vector of `generation` is stored and those before it are gone. False when the hold was lost or the words have
 * changed since: then what was stored is found again by whoever indexes or collects the answer next.
 */
export async function markAnswerIndexed(
  db: Executor,
  hold: AnswerHold,
  generation: number,
  embeddingModel: string,
): Promise<boolean> {
  const rows = await db.query(
    `update curated_answers set indexed_generation = generation, vectors_from = generation, embedding_model = $5,
       lease_owner = null, lease_until = null, resent = 0
     where creator_id = $1 and id = $2 and lease_owner = $3 and generation = $4 and deleted_at is null
     returning id`,
    [hold.creatorId, hold.answerId, hold.workerId, generation, embeddingModel],
  );
  if (rows.length === 0) return false;
  await raiseKnowledgeVersion(db, hold.creatorId);
  return true;
}

/**
 * Whether a question from before the deletion is still being answered, or was only just: that answer may hold the words
 * of the deleted one.
 */
export async function isBeingQuoted(db: Executor, creatorId: string, deletedAt: Date): Promise<boolean> {
  const rows = await db.query(
    `select t.id from turns t where t.creator_id = $1 and t.created_at <= $2
       and (t.status = 'open' or (not t.announced and t.updated_at > now() - interval '1 minute')) limit 1`,
    [creatorId, deletedAt],
  );
  return rows.length > 0;
}

/** How many rows still name a deleted answer, its own left out. */
export async function countRowsNamingAnswer(db: Executor, creatorId: string, answerId: string): Promise<number> {
  const [row] = await db.query(
    `select (select count(*) from messages where creator_id = $1
         and citations @> jsonb_build_array(jsonb_build_object('document_id', $2::text)))
       + (select count(*) from idempotency_keys where creator_id = $1 and response::text like '%' || $2::text || '%')
       as count`,
    [creatorId, answerId],
  );
  return Number(row?.count ?? 0);
}

/** Removes the row of a deleted answer once its vectors are gone. False when the hold was lost. */
export async function buryAnswer(db: Executor, hold: AnswerHold): Promise<boolean> {
  const { creatorId, answerId, workerId } = hold;
  const rows = await db.query(
    `delete from curated_answers where creator_id = $1 and id = $2 and lease_owner = $3 and deleted_at is not null
     returning id`,
    [creatorId, answerId, workerId],
  );
  if (rows.length === 0) return false;
  await recordAudit(db, { creatorId, actor: 'system:ai-ingest', action: 'answer.collected', subjectId: answerId });
  return true;
}

/** Whether the answer still has its row: who stores a vector for one that has none must take it back. */
export async function isAnswerKnown(db: Executor, creatorId: string, answerId: string): Promise<boolean> {
  const rows = await db.query('select id from curated_answers where creator_id = $1 and id = $2', [
    creatorId,
    answerId,
  ]);
  return rows.length > 0;
}
