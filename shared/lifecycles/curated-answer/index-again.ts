import * as z from 'zod';
import type { Executor } from '../../database/executor.ts';

const IndexedAnswer = z.object({ id: z.uuid(), chunk_id: z.uuid(), embedding_model: z.string().nullable() });
export type IndexedAnswer = z.infer<typeof IndexedAnswer>;

/** Answers whose vectors should be stored, in the order of their ids, behind `after`. */
export async function listIndexedAnswers(
  db: Executor,
  creatorId: string,
  page: { readonly after: string | undefined; readonly limit: number },
): Promise<IndexedAnswer[]> {
  const rows = await db.query(
    `select id, chunk_id, embedding_model from curated_answers
     where creator_id = $1 and deleted_at is null and indexed_generation = generation
       and ($2::uuid is null or id > $2)
     order by id limit $3`,
    [creatorId, page.after ?? null, page.limit],
  );
  return rows.map((row) => IndexedAnswer.parse(row));
}

/** Sends these to be indexed again: the sweeper finds them at its next run. */
export async function indexAnswersAgain(db: Executor, creatorId: string, ids: readonly string[]): Promise<void> {
  await db.query(
    `update curated_answers set indexed_generation = null, queued_at = now() - interval '1 hour', resent = 0
     where creator_id = $1 and id = any($2::uuid[]) and deleted_at is null`,
    [creatorId, ids],
  );
}
