import type { Executor } from '../../database/executor.ts';

/** Every change of what is live raises the version, in the same transaction: cached answers end with it. */
export async function raiseKnowledgeVersion(db: Executor, creatorId: string): Promise<void> {
  await db.query(
    `insert into knowledge (creator_id, version) values ($1, 1)
     on conflict (creator_id) do update set version = knowledge.version + 1`,
    [creatorId],
  );
}
