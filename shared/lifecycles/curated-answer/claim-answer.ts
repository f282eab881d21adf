import type { Executor } from '../../database/executor.ts';
import { ANSWER_COLUMNS, type AnswerRow, firstAnswer } from './answer-row.ts';

export interface AnswerHold {
  readonly creatorId: string;
  readonly answerId: string;
  /** New for every delivery: a worker never shares a lease with its own past. */
  readonly workerId: string;
}

/** Takes an answer whose index is behind, or that is deleted. Undefined when another holds it, or nothing is to be done. */
export async function claimAnswer(db: Executor, hold: AnswerHold, leaseMs: number): Promise<AnswerRow | undefined> {
  return firstAnswer(
    await db.query(
      `update curated_answers set lease_owner = $3, lease_until = now() + $4 * interval '1 millisecond', queued_at = now()
       where creator_id = $1 and id = $2 and (indexed_generation is distinct from generation or deleted_at is not null)
         and (lease_until is null or lease_until <= now())
       returning ${ANSWER_COLUMNS}`,
      [hold.creatorId, hold.answerId, hold.workerId, leaseMs],
    ),
  );
}

/** Extends a lease that is still this worker's. False when it was lost. */
export async function renewAnswer(db: Executor, hold: AnswerHold, leaseMs: number): Promise<boolean> {
  const rows = await db.query(
    `update curated_answers set lease_until = now() + $4 * interval '1 millisecond', queued_at = now()
     where creator_id = $1 and id = $2 and lease_owner = $3
     returning id`,
    [hold.creatorId, hold.answerId, hold.workerId, leaseMs],
  );
  return rows.length > 0;
}

/** Lets go, so that the next delivery can go on at once. */
export async function releaseAnswer(db: Executor, hold: AnswerHold): Promise<void> {
  await db.query(
    `update curated_answers set lease_owner = null, lease_until = null
     where creator_id = $1 and id = $2 and lease_owner = $3`,
    [hold.creatorId, hold.answerId, hold.workerId],
  );
}

/** The sweeper sent it again: the next time comes after twice the wait, up to ten minutes. */
export async function markAnswerResent(db: Executor, creatorId: string, answerId: string): Promise<void> {
  await db.query('update curated_answers set resent = least(resent + 1, 10) where creator_id = $1 and id = $2', [
    creatorId,
    answerId,
  ]);
}
