import * as z from 'zod';
import { APIError } from '../errors/api-error.ts';
import type { Executor } from './executor.ts';
import { waitForOthers } from './wait-for-others.ts';

/** How a creator's day (UTC) stands against the daily spend limit. */
export interface DailyAnswers {
  /** Answers that the creator allows a day; undefined means no limit. */
  readonly limit: number | undefined;
  /** Given today, through whatever door. */
  readonly given: number;
  /** Turns that are accepted and not yet ended. */
  readonly underWay: number;
}

const DailyAnswersRow = z.object({
  daily_limit: z.number().nullable(),
  given: z.coerce.number(),
  under_way: z.coerce.number(),
});

/** The one definition of the daily spend limit; one statement. */
export async function readDailyAnswers(db: Executor, creatorId: string): Promise<DailyAnswers> {
  const [row] = await db.query(
    `select
       (select s.daily_spend_limit from creator_settings s where s.creator_id = $1) as daily_limit,
       coalesce((
         select u.amount from usage u
         where u.creator_id = $1 and u.day = (now() at time zone 'utc')::date and u.measure = 'answers'), 0) as given,
       (select count(*) from turns t where t.creator_id = $1 and t.status = 'open') as under_way`,
    [creatorId],
  );
  const { daily_limit: limit, given, under_way: underWay } = DailyAnswersRow.parse(row);
  return { limit: limit ?? undefined, given, underWay };
}

/**
 * The same, for who is about to spend under a limit: one after another until the end of their transactions, so that
 * what was opened before is seen and no two take the last answer.
 */
export async function lockDailyAnswers(db: Executor, creatorId: string): Promise<DailyAnswers> {
  const [, day] = await Promise.all([waitForOthers(db, creatorId, 'answers'), readDailyAnswers(db, creatorId)]);
  return day;
}

const CountedOn = z.object({ day: z.string() });

/**
 * Counts an answer before it is made, so that answers at once keep the limit. Whoever fails to make it gives it back.
 *
 * @returns the day (UTC) that it was counted on
 * @throws APIError SPEND_LIMIT_REACHED
 */
export async function takeAnswer(db: Executor, creatorId: string): Promise<string> {
  if (spendingOf(await lockDailyAnswers(db, creatorId)) === 'reached') throw spendLimitReached();
  const [row] = await db.query(
    `insert into usage (creator_id, day, measure, amount)
     values ($1, (now() at time zone 'utc')::date, 'answers', 1)
     on conflict (creator_id, day, measure) do update set amount = usage.amount + 1
     returning day::text as day`,
    [creatorId],
  );
  return CountedOn.parse(row).day;
}

/** An answer that was taken on that day was not made. */
export async function giveAnswerBack(db: Executor, creatorId: string, day: string): Promise<void> {
  await db.query(
    `update usage set amount = amount - 1
     where creator_id = $1 and day = $2 and measure = 'answers' and amount > 0`,
    [creatorId, day],
  );
}

/** What whoever asks beyond the limit is told. */
export function spendLimitReached(): APIError {
  return new APIError('SPEND_LIMIT_REACHED', 'The limit of answers for today is reached.');
}

/** From this share of the limit on the creator is warned. */
export const NEAR_SHARE = 0.8;

export type Spending = 'open' | 'near' | 'reached';

/** `reached`: no further question may be accepted today, for what is under way will be given; `near` warns of that. */
export function spendingOf({ limit, given, underWay }: DailyAnswers): Spending {
  if (limit === undefined) return 'open';
  if (given + underWay >= limit) return 'reached';
  return given + underWay >= NEAR_SHARE * limit ? 'near' : 'open';
}

/** More are given and under way than the limit allows. */
export function isOverspent({ limit, given, underWay }: DailyAnswers): boolean {
  return limit !== undefined && given + underWay > limit;
}

/** Answers that may still be given today; undefined means no limit. What is under way has not been given yet. */
export function answersLeft({ limit, given }: DailyAnswers): number | undefined {
  return limit === undefined ? undefined : Math.max(0, limit - given);
}
