-- Documents that answer in pieces of a size that the creator no longer wants: cut again in the background, one by one,
-- while the old pieces go on answering. The flag is set with the settings and taken away by whoever has looked.
alter table documents add column recut_wanted boolean not null default false;
grant select (recut_wanted) on documents to tenant_lookup;

grant usage on schema lookup to tenant_lookup;
set local role tenant_lookup;
drop function lookup.documents_due(integer);
reset role;
revoke usage on schema lookup from tenant_lookup;

-- As before, and documents that are to be cut again. Ids, kinds and seconds only.
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
  where (d.status in ('awaiting_upload', 'scanning', 'processing') or d.deleted_at is not null or d.vectors_stale
      or d.recut_wanted and d.status = 'ready')
    and (
      d.deadline_at <= pg_catalog.now() and d.deleted_at is null
        and d.status in ('awaiting_upload', 'scanning', 'processing')
      or (d.status in ('scanning', 'processing') or d.deleted_at is not null or d.vectors_stale
      or d.recut_wanted and d.status = 'ready')
        and (
          d.lease_until > pg_catalog.now()
          or d.queued_at + least(interval '5 seconds' * (2 ^ d.resent), interval '10 minutes') <= pg_catalog.now()
        )
    )
  order by d.queued_at
  limit least(max_rows, 1000)
$$;
call app.publish_lookup('lookup.documents_due(integer)'::regprocedure, 'understudy_ai');
