-- Conversations past their retention beyond those that could not be erased in this run: some that fail each time would
-- otherwise keep all younger ones for ever.
--
-- Still ids only. `skipped` counts from the oldest, which is where the failed ones stay.
grant usage on schema lookup to tenant_lookup;
set local role tenant_lookup;
drop function lookup.conversations_expired(integer);
reset role;
revoke usage on schema lookup from tenant_lookup;

create function lookup.conversations_expired(max_rows integer, skipped integer default 0)
returns table (creator_id uuid, conversation_id uuid)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select c.creator_id, c.id
  from public.creator_settings s
  join public.conversations c on c.creator_id = s.creator_id
  where s.retention_days is not null
    and c.updated_at < pg_catalog.now() - pg_catalog.make_interval(days => s.retention_days)
  order by c.updated_at, c.id
  offset greatest(skipped, 0)
  limit least(max_rows, 1000)
$$;
call app.publish_lookup('lookup.conversations_expired(integer, integer)'::regprocedure, 'understudy_channel');
