import type { Executor } from './executor.ts';

/**
 * From here until the transaction ends nobody else of the creator's comes past this point under the same name: what is counted
 * after it has not changed when it is acted on, so that two at once cannot both take the last place.
 */
export async function waitForOthers(db: Executor, creatorId: string, what: string): Promise<void> {
  await db.query(`select pg_advisory_xact_lock(hashtextextended($2::text || ' of ' || $1::uuid, 0))`, [
    creatorId,
    what,
  ]);
}
