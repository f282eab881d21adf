import * as z from 'zod';
import type { Executor } from '../../../shared/database/executor.ts';

const AnswerSettings = z
  .object({
    refusal_threshold: z.number().nullable(),
    daily_spend_limit: z.number().nullable(),
    answered: z.coerce.number(),
  })
  .transform((row) => ({
    /** Undefined leaves it to the calibrated default. */
    refusalThreshold: row.refusal_threshold ?? undefined,
    /** Answers that may still be made today (UTC); undefined means no limit. */
    answersLeft: row.daily_spend_limit === null ? undefined : Math.max(0, row.daily_spend_limit - row.answered),
  }));
export type AnswerSettings = z.output<typeof AnswerSettings>;

/** How the creator wants questions to be answered, with what today's limit leaves. */
export async function readAnswerSettings(db: Executor, creatorId: string): Promise<AnswerSettings> {
  const [row] = await db.query(
    `select s.refusal_threshold, s.daily_spend_limit,
       (select u.amount from usage u where u.creator_id = $1 and u.day = (now() at time zone 'utc')::date
          and u.measure = 'answers') as answered
     from creator_settings s where s.creator_id = $1`,
    [creatorId],
  );
  return AnswerSettings.parse(row ?? { refusal_threshold: null, daily_spend_limit: null, answered: 0 });
}
