import type pg from 'pg';
import * as z from 'zod';
import { type DailyAnswers, NEAR_SHARE, spendingOf } from '../../../shared/database/daily-answers.ts';
import type { Executor } from '../../../shared/database/executor.ts';

/** A warning that this caller, and nobody else until its claim runs out, is to mail. */
const SpendWarning = z
  .object({
    /** The day (UTC) that it speaks of, as `2026-11-22`. */
    day: z.string(),
    level: z.enum(['near', 'reached']),
    daily_limit: z.number().int(),
    answers: z.coerce.number().int(),
  })
  .transform(({ daily_limit: dailyLimit, ...row }) => ({ ...row, dailyLimit }));
export type SpendWarning = z.output<typeof SpendWarning>;

/** Creators who have to be told how their day stands against their limit; asked before a tenant is known. */
export type FindSpendWarningsDue = (limit: number) => Promise<readonly string[]>;

const Due = z.object({ creator_id: z.uuid() });

export function findSpendWarningsDue(pool: pg.Pool): FindSpendWarningsDue {
  return async (limit) => {
    const { rows } = await pool.query('select creator_id from lookup.spend_warnings_due($1, $2)', [NEAR_SHARE, limit]);
    return rows.map((row) => Due.parse(row).creator_id);
  };
}

export interface SpendWarnings {
  /** Opens the warning that today's count calls for; its level, or undefined when there is none or it was opened before. */
  open(day: DailyAnswers): Promise<SpendWarning['level'] | undefined>;
  /** Those that nobody has sent yet and nobody is sending, of yesterday and today; claimed for `claimSeconds`. */
  claim(claimSeconds: number): Promise<readonly SpendWarning[]>;
  /** Notes that its mail was accepted for delivery. */
  markSent(warning: SpendWarning): Promise<void>;
}

export function openSpendWarnings(db: Executor, creatorId: string): SpendWarnings {
  return {
    open: async (day) => {
      const level = spendingOf(day);
      // A limit of 0 is the creator's own decision.
      if (level === 'open' || !day.limit) return undefined;
      const opened = await db.query(
        `insert into spend_warnings (creator_id, day, level, daily_limit, answers)
         select $1::uuid, (now() at time zone 'utc')::date, $2::text, $3::integer, $4::bigint
         where $2::text = 'reached' or not exists (
           select from spend_warnings w
           where w.creator_id = $1 and w.day = (now() at time zone 'utc')::date and w.level = 'reached')
         on conflict (creator_id, day, level) do nothing
         returning level`,
        [creatorId, level, day.limit, day.given + day.underWay],
      );
      return opened.length > 0 ? level : undefined;
    },

    claim: async (claimSeconds) => {
      const rows = await db.query(
        `update spend_warnings set claimed_until = now() + make_interval(secs => $2)
         where creator_id = $1 and sent_at is null and claimed_until <= now()
           and day >= (now() at time zone 'utc')::date - 1
         returning day::text as day, level, daily_limit, answers`,
        [creatorId, claimSeconds],
      );
      return rows.map((row) => SpendWarning.parse(row));
    },

    markSent: async ({ day, level }) => {
      await db.query(
        `update spend_warnings set sent_at = now()
         where creator_id = $1 and day = $2 and level = $3 and sent_at is null`,
        [creatorId, day, level],
      );
    },
  };
}
