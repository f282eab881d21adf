-- Work whose worker has died comes back when its lease has run out, and does not wait for the sweep after that.
--
-- The sweeper runs each minute and a lease lasts half of one. Both look-ups therefore also name what a live lease holds,
-- with the seconds until it ends: the message that is sent now arrives then. Where the worker lives it has renewed its
-- lease by that time, and the delivery steps aside. Ids, kinds and seconds only.
grant usage on schema lookup to tenant_lookup;
set local role tenant_lookup;
drop function lookup.documents_due(integer);
drop function lookup.turns_without_lease(integer);
reset role;
revoke usage on schema lookup from tenant_lookup;

-- Documents, oldest first: overdue work, tombstones, open work, and settled documents with vectors left over. What was
-- only just queued is left to its first delivery; what was sent again waits longer each time.
create function lookup.documents_due(max_rows integer)
returns table (creator_id uuid, document_id uuid, task text, delay_seconds integer)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select d.creator_id, d.id,
    case
      when d.deleted_at is not null then 'collect'
      when d.deadline_at <= pg_catalog.now() and d.status in ('awaiting_upload', 'scanning', 'processing') then 'expire'
      else 'process'
    end,
    greatest(0, pg_catalog.ceil(extract(epoch from d.lease_until - pg_catalog.now())))::integer
  from public.documents d
  where (d.status in ('awaiting_upload', 'scanning', 'processing') or d.deleted_at is not null or d.vectors_stale)
    and (
      d.deadline_at <= pg_catalog.now() and d.deleted_at is null
        and d.status in ('awaiting_upload', 'scanning', 'processing')
      or (d.status in ('scanning', 'processing') or d.deleted_at is not null or d.vectors_stale)
        and (
          d.lease_until > pg_catalog.now()
          or d.queued_at + least(interval '5 seconds' * (2 ^ d.resent), interval '10 minutes') <= pg_catalog.now()
        )
    )
  order by d.queued_at
  limit least(max_rows, 1000)
$$;
call app.publish_lookup('lookup.documents_due(integer)'::regprocedure, 'understudy_ai');

-- Turns: the first open one of each conversation, and ended ones whose visitor was never told. Young turns that nobody
-- has claimed are left to their first delivery; what ended over ten minutes ago has outlived its stream.
create function lookup.turns_without_lease(max_rows integer)
returns table (creator_id uuid, conversation_id uuid, turn_id uuid, delay_seconds integer)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select t.creator_id, t.conversation_id, t.id,
    case when t.status = 'open'
      then greatest(0, pg_catalog.ceil(extract(epoch from t.lease_until - pg_catalog.now())))::integer
      else 0 end
  from public.turns t
  where (
      t.status = 'open'
      and (t.lease_until is not null or t.created_at < pg_catalog.now() - interval '15 seconds')
      and not exists (
        select from public.turns earlier
        where earlier.creator_id = t.creator_id and earlier.conversation_id = t.conversation_id
          and earlier.status = 'open' and earlier.number < t.number
      )
    ) or (
      t.status <> 'open' and not t.announced
      and t.updated_at between pg_catalog.now() - interval '10 minutes' and pg_catalog.now() - interval '15 seconds'
    )
  order by t.created_at
  limit least(max_rows, 1000)
$$;
call app.publish_lookup('lookup.turns_without_lease(integer)'::regprocedure, 'understudy_ai');
