import type { Executor } from '../../database/executor.ts';

/**
 * The sweeper's: ends an open turn past its deadline that no live worker holds, as failed by UPSTREAM_TIMEOUT. Its last
 * frame is told by whoever gets the turn's message next. False when it is settled, in time, or worked on.
 */
export async function expireTurn(db: Executor, creatorId: string, turnId: string): Promise<boolean> {
  const rows = await db.query(
    `update turns set status = 'failed', error_code = 'UPSTREAM_TIMEOUT', lease_owner = null, lease_until = null
     where creator_id = $1 and id = $2 and status = 'open' and deadline_at <= now()
       and (lease_until is null or lease_until <= now())
     returning id`,
    [creatorId, turnId],
  );
  return rows.length > 0;
}
