import * as z from 'zod';
import type { Executor } from '../../database/executor.ts';
import { waitForOthers } from '../../database/wait-for-others.ts';
import type { Cursor } from '../../models/listing.ts';
import { ANSWER_COLUMNS, AnswerRow, firstAnswer } from './answer-row.ts';

/** A deleted answer is absent from the moment of its deletion. */
export async function readAnswer(db: Executor, creatorId: string, id: string): Promise<AnswerRow | undefined> {
  return firstAnswer(
    await db.query(
      `select ${ANSWER_COLUMNS} from curated_answers where creator_id = $1 and id = $2 and deleted_at is null`,
      [creatorId, id],
    ),
  );
}

/** The same, and nobody else changes it before this transaction ends. */
export async function readAnswerForChange(db: Executor, creatorId: string, id: string): Promise<AnswerRow | undefined> {
  return firstAnswer(
    await db.query(
      `select ${ANSWER_COLUMNS} from curated_answers where creator_id = $1 and id = $2 and deleted_at is null for update`,
      [creatorId, id],
    ),
  );
}

/** Newest first; one row more than `limit`, so that the caller sees whether there are more. */
export async function listAnswers(
  db: Executor,
  creatorId: string,
  { limit, cursor }: { readonly limit: number; readonly cursor?: Cursor | undefined },
): Promise<AnswerRow[]> {
  const rows = await db.query(
    `select ${ANSWER_COLUMNS} from curated_answers
     where creator_id = $1 and deleted_at is null
       and ($2::timestamptz is null or (created_at, id) < ($2, $3::uuid))
     order by created_at desc, id desc
     limit $4`,
    [creatorId, cursor?.createdAt ?? null, cursor?.id ?? null, limit + 1],
  );
  return rows.map((row) => AnswerRow.parse(row));
}

/**
 * How many a creator has; deleted ones do not count. Until the transaction ends nobody else of the creator's counts: two at
 * once cannot both take the last place.
 */
export async function countAnswers(db: Executor, creatorId: string): Promise<number> {
  const [, rows] = await Promise.all([
    waitForOthers(db, creatorId, 'curated answers'),
    db.query('select count(*) as answers from curated_answers where creator_id = $1 and deleted_at is null', [
      creatorId,
    ]),
  ]);
  return z.object({ answers: z.coerce.number() }).parse(rows[0]).answers;
}
