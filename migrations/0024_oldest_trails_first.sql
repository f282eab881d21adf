-- Whose trail has events that no seal covers, those that wait longest first: with more creators than one run takes, and
-- with some whose sealing fails each time, every other one still has its turn. One probe of an index for each creator,
-- however long the trails have become. Ids only.
grant usage, create on schema lookup to tenant_lookup;
set local role tenant_lookup;
create or replace function lookup.creators_to_seal(sealed_before timestamptz, max_rows integer)
returns table (creator_id uuid)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select c.id
  from public.creators c
  cross join lateral (
    select coalesce(max(s.sealed_until), '-infinity') as until
    from public.audit_seals s where s.creator_id = c.id
  ) sealed
  cross join lateral (
    select e.created_at from public.audit_events e
    where e.creator_id = c.id and e.created_at >= sealed.until and e.created_at < sealed_before
    order by e.created_at limit 1
  ) oldest
  order by oldest.created_at
  limit least(max_rows, 1000)
$$;
reset role;
revoke usage, create on schema lookup from tenant_lookup;
