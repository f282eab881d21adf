-- Conversations are kept as long as their creator has set (creator_settings.retention_days), counted from the last
-- thing that happened in them. The sweeper of channel asks which are past it. Ids only; an attacker who could call this
-- would learn no more than that some conversation is old.
grant select (creator_id, retention_days) on creator_settings to tenant_lookup;
create policy lookup on creator_settings for select to tenant_lookup using (true);
grant select (creator_id, id, updated_at) on conversations to tenant_lookup;
create policy lookup on conversations for select to tenant_lookup using (true);
create function lookup.conversations_expired(max_rows integer)
returns table (creator_id uuid, conversation_id uuid)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select c.creator_id, c.id
  from public.creator_settings s
  join public.conversations c on c.creator_id = s.creator_id
  where s.retention_days is not null
    and c.updated_at < pg_catalog.now() - pg_catalog.make_interval(days => s.retention_days)
  order by c.updated_at
  limit least(max_rows, 1000)
$$;
call app.publish_lookup('lookup.conversations_expired(integer)'::regprocedure, 'understudy_channel');
