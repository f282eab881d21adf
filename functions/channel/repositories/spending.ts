import * as z from 'zod';
import type { Executor } from '../../../shared/database/executor.ts';

const Spending = z.object({ daily_limit: z.number().nullable(), spent: z.coerce.number() });

/** Answers that the creator allows a day (UTC), and those given or under way today; no limit unless one is set. */
export async function isSpent(db: Executor, creatorId: string): Promise<boolean> {
  const [row] = await db.query(
    `select
       (select s.daily_spend_limit from creator_settings s where s.creator_id = $1) as daily_limit,
       coalesce((
         select u.amount from usage u
         where u.creator_id = $1 and u.day = (now() at time zone 'utc')::date and u.measure = 'answers'), 0)
       + (select count(*) from turns t where t.creator_id = $1 and t.status = 'open') as spent`,
    [creatorId],
  );
  const { daily_limit: limit, spent } = Spending.parse(row);
  return limit !== null && spent >= limit;
}

export type IsSpent = typeof isSpent;
