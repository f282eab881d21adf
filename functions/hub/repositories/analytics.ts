import * as z from 'zod';
import type { Executor } from '../../../shared/database/executor.ts';

const DayRow = z.object({
  day: z.iso.date(),
  conversations: z.number(),
  turns: z.number(),
  answered: z.number(),
  refused: z.number(),
  failed: z.number(),
  feedback_up: z.number(),
  feedback_down: z.number(),
  answers: z.number(),
  prompt_tokens: z.number(),
  answer_tokens: z.number(),
  searches: z.number(),
});
export type DayRow = z.output<typeof DayRow>;

const RefusedRow = z.object({ text: z.string(), visitor_id: z.uuid(), day: z.iso.date() });
export type RefusedRow = z.output<typeof RefusedRow>;

export interface Analytics {
  /** One row for each day (UTC) from the first to the last, both included, oldest first; counts only. */
  days(from: string, to: string): Promise<readonly DayRow[]>;
  /** What visitors asked and got no answer to since that day, newest first. Their words: never to be shown as they are. */
  refusedQuestions(since: string, limit: number): Promise<readonly RefusedRow[]>;
}

/** What happened, counted from the rows of conversations and from the counters of use. */
export function openAnalytics(db: Executor, creatorId: string): Analytics {
  return {
    async days(from, to) {
      const rows = await db.query(DAYS, [creatorId, from, to]);
      return rows.map((row) => DayRow.parse(row));
    },
    async refusedQuestions(since, limit) {
      const rows = await db.query(
        `select q.text, c.visitor_id, to_char(q.created_at at time zone 'utc', 'YYYY-MM-DD') as day
         from messages a
         join turns t on t.creator_id = a.creator_id and t.id = a.turn_id
         join messages q on q.creator_id = t.creator_id and q.id = t.question_message_id
         join conversations c on c.creator_id = t.creator_id and c.id = t.conversation_id
         where a.creator_id = $1 and a.refused and a.created_at >= ($2::date)::timestamp at time zone 'utc'
         order by a.created_at desc limit $3`,
        [creatorId, since, limit],
      );
      return rows.map((row) => RefusedRow.parse(row));
    },
  };
}

/** Each table is counted by itself and by its own index; a day without anything is a row of zeros. */
const DAYS = `
  with days as (
    select d::date as day from generate_series($2::date, $3::date, interval '1 day') as d
  ), span as (
    select ($2::date)::timestamp at time zone 'utc' as since, ($3::date + 1)::timestamp at time zone 'utc' as until
  ), opened as (
    select (created_at at time zone 'utc')::date as day, count(*)::int as conversations
    from conversations, span where creator_id = $1 and created_at >= since and created_at < until group by 1
  ), asked as (
    select (t.created_at at time zone 'utc')::date as day, count(*)::int as turns,
      count(*) filter (where t.status = 'completed' and not coalesce(a.refused, false))::int as answered,
      count(*) filter (where t.status = 'completed' and a.refused)::int as refused,
      count(*) filter (where t.status = 'failed')::int as failed
    from span, turns t
    left join messages a on a.creator_id = t.creator_id and a.id = t.answer_message_id
    where t.creator_id = $1 and t.created_at >= since and t.created_at < until group by 1
  ), rated as (
    select (created_at at time zone 'utc')::date as day,
      count(*) filter (where rating = 'up')::int as up, count(*) filter (where rating = 'down')::int as down
    from feedback, span where creator_id = $1 and created_at >= since and created_at < until group by 1
  ), used as (
    select day,
      sum(amount) filter (where measure = 'answers')::float8 as answers,
      sum(amount) filter (where measure = 'prompt_tokens')::float8 as prompt_tokens,
      sum(amount) filter (where measure = 'answer_tokens')::float8 as answer_tokens,
      sum(amount) filter (where measure = 'searches')::float8 as searches
    from usage where creator_id = $1 and day between $2::date and $3::date group by day
  )
  select to_char(days.day, 'YYYY-MM-DD') as day, coalesce(conversations, 0) as conversations,
    coalesce(turns, 0) as turns, coalesce(answered, 0) as answered, coalesce(refused, 0) as refused,
    coalesce(failed, 0) as failed, coalesce(up, 0) as feedback_up, coalesce(down, 0) as feedback_down,
    coalesce(answers, 0) as answers, coalesce(prompt_tokens, 0) as prompt_tokens,
    coalesce(answer_tokens, 0) as answer_tokens, coalesce(searches, 0) as searches
  from days
  left join opened using (day) left join asked using (day) left join rated using (day) left join used using (day)
  order by day`;
