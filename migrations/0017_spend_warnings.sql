-- spend_warnings: the mails that tell a creator that the daily limit of answers is near or reached. Written by auth, which
-- alone sends mail: a row is opened when the count is seen to have come there, whoever counted, and stays due until its mail
-- was accepted for delivery. One row for each day and level is what makes it one mail. An attacker would try to have a
-- creator flooded with mail (the key allows two a day) or to learn another's numbers (the look-up tells ids only).
create table spend_warnings (
  creator_id uuid not null constraint spend_warnings_creator_fk references creators (id) on delete cascade,
  day date not null,
  level text not null,
  -- What the mail tells: the limit, and the answers given or under way when it was opened.
  daily_limit integer not null,
  answers bigint not null,
  -- Nobody else sends it before.
  claimed_until timestamptz not null default now(),
  sent_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint spend_warnings_pk primary key (creator_id, day, level),
  constraint spend_warnings_level_known check (level in ('near', 'reached'))
);
create index spend_warnings_tenant_created_idx on spend_warnings (creator_id, created_at desc);
create index spend_warnings_tenant_updated_idx on spend_warnings (creator_id, updated_at desc);
create index spend_warnings_tenant_due_idx on spend_warnings (creator_id, claimed_until) where sent_at is null;
call app.isolate_table('spend_warnings');
grant select, insert, update on spend_warnings to understudy_auth;

-- What shared/database/daily-answers.ts reads.
grant select (creator_id, day, measure, amount) on usage to understudy_auth;
grant select (creator_id, daily_spend_limit) on creator_settings to understudy_auth;
grant select (creator_id, status) on turns to understudy_auth;

-- Whose count has come to a level that was not told today, or whose warning was opened yesterday or today and never sent.
-- A limit of 0 is a decision and no surprise. After `reached`, `near` is no news.
grant select (creator_id, day, measure, amount) on usage to tenant_lookup;
create policy lookup on usage for select to tenant_lookup using (true);
grant select (daily_spend_limit) on creator_settings to tenant_lookup;
grant select (creator_id, day, level, claimed_until, sent_at) on spend_warnings to tenant_lookup;
create policy lookup on spend_warnings for select to tenant_lookup using (true);
create function lookup.spend_warnings_due(near_share double precision, max_rows integer)
returns table (creator_id uuid)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  with today as (select (now() at time zone 'utc')::date as day),
  spending as (
    select s.creator_id, s.daily_spend_limit as daily_limit,
      coalesce((
        select u.amount from public.usage u, today
        where u.creator_id = s.creator_id and u.day = today.day and u.measure = 'answers'), 0)
      + (select count(*) from public.turns t where t.creator_id = s.creator_id and t.status = 'open') as answers
    from public.creator_settings s
    where s.daily_spend_limit > 0
  ),
  due as (
    select p.creator_id from spending p, today
    where p.answers >= near_share * p.daily_limit
      and not exists (
        select from public.spend_warnings w
        where w.creator_id = p.creator_id and w.day = today.day
          and (w.level = 'reached' or p.answers < p.daily_limit))
    union
    select w.creator_id from public.spend_warnings w, today
    where w.sent_at is null and w.claimed_until <= now() and w.day >= today.day - 1
  )
  select d.creator_id from due d
  join public.creators c on c.creator_id = d.creator_id and c.status = 'active'
  limit least(max_rows, 1000)
$$;
call app.publish_lookup('lookup.spend_warnings_due(double precision, integer)'::regprocedure, 'understudy_auth');
