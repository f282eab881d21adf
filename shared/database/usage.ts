import type { Executor } from './executor.ts';

/** Names of counters; a closed list, so that plots and limits know what there is. */
export type UsageMeasure = 'answers' | 'refusals' | 'prompt_tokens' | 'answer_tokens' | 'searches';

/**
 * Adds to the creator's counters of today (UTC), in the transaction of what is counted. With `ofMessage` it counts only
 * if that message is stored by then, so that both statements can travel together.
 */
export async function countUsage(
  db: Executor,
  creatorId: string,
  amounts: Readonly<Partial<Record<UsageMeasure, number>>>,
  { ofMessage }: { readonly ofMessage?: string } = {},
): Promise<void> {
  // In one order always, so that two transactions never wait for each other's rows.
  const counted = Object.entries(amounts)
    .filter(([, amount]) => amount > 0)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  if (counted.length === 0) return;
  await db.query(
    `insert into usage (creator_id, day, measure, amount)
     select $1, (now() at time zone 'utc')::date, m.measure, m.amount
     from unnest($2::text[], $3::bigint[]) as m(measure, amount)
     where $4::uuid is null or exists (select from messages s where s.creator_id = $1 and s.id = $4::uuid)
     on conflict (creator_id, day, measure) do update set amount = usage.amount + excluded.amount`,
    [creatorId, counted.map(([measure]) => measure), counted.map(([, amount]) => amount), ofMessage ?? null],
  );
}
