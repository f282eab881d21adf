-- Which model made a set of vectors: after the model's name has changed, the sets of the old one are made anew in the
-- background. Null in sets that are older than this column.
alter table vector_sets add column embedding_model text;

-- reconciliations: the comparison of Postgres, vector index and library, one row per creator: where the running one
-- stands, or what the last one found. Written by ai alone. A worker holds it by a lease, as with documents; ids and
-- counts only.
create table reconciliations (
  creator_id uuid not null constraint reconciliations_creator_fk references creators (id) on delete cascade,
  status text not null default 'waiting',
  step text not null default 'vectors',
  position text,
  lease_owner uuid,
  lease_until timestamptz,
  -- When the sweeper last sent it.
  queued_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  counts jsonb not null default '{}',
  -- Documents that answer but could not be read again: their originals are gone. At most a hundred are named.
  lost_originals uuid[] not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint reconciliations_pk primary key (creator_id),
  constraint reconciliations_status_known check (status in ('waiting', 'running', 'done')),
  constraint reconciliations_step_known check (step in ('vectors', 'strays', 'files', 'originals'))
);
create index reconciliations_tenant_created_idx on reconciliations (creator_id, created_at desc);
create index reconciliations_tenant_updated_idx on reconciliations (creator_id, updated_at desc);
create index reconciliations_tenant_status_idx on reconciliations (creator_id, status);
call app.isolate_table('reconciliations');
grant select, insert, update on reconciliations to understudy_ai;

-- erasure_receipts: what was looked for after a deletion, and found nowhere. Insert and read-own only: whoever takes
-- over a service can neither alter a receipt nor take one back. Holds ids and counts, no title and no word of what
-- was erased. Written by ai when a deleted document has been collected.
create table erasure_receipts (
  creator_id uuid not null constraint erasure_receipts_creator_fk references creators (id) on delete cascade,
  id uuid not null default gen_random_uuid(),
  subject_kind text not null,
  subject_id uuid not null,
  requested_at timestamptz not null,
  -- Per store: what was removed, what was looked for afterwards, and how much of it was found (always nothing).
  findings jsonb not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint erasure_receipts_pk primary key (creator_id, id),
  constraint erasure_receipts_subject_key unique (creator_id, subject_kind, subject_id),
  constraint erasure_receipts_kind_known check (subject_kind in ('document'))
);
create index erasure_receipts_tenant_created_idx on erasure_receipts (creator_id, created_at desc, id desc);
create index erasure_receipts_tenant_updated_idx on erasure_receipts (creator_id, updated_at desc);
call app.isolate_table('erasure_receipts');
grant select, insert on erasure_receipts to understudy_ai;
grant select on erasure_receipts to understudy_hub;

-- The sweeper asks whose knowledge is to be compared: once a day, at once when a run was interrupted or asked for, and
-- when the vectors are not of the model in use. Ids only.
grant select (creator_id, embedding_model, created_at) on knowledge to tenant_lookup;
create policy lookup on knowledge for select to tenant_lookup using (true);
grant select (creator_id, status, lease_until, queued_at, finished_at) on reconciliations to tenant_lookup;
create policy lookup on reconciliations for select to tenant_lookup using (true);
create function lookup.reconciliations_due(model text, max_rows integer)
returns table (creator_id uuid)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select k.creator_id
  from public.knowledge k
  left join public.reconciliations r on r.creator_id = k.creator_id
  where (r.creator_id is null or r.lease_until is null or r.lease_until <= pg_catalog.now())
    and (r.creator_id is null or r.queued_at <= pg_catalog.now() - interval '50 seconds')
    and (
      r.status in ('waiting', 'running')
      or coalesce(r.finished_at, k.created_at) < pg_catalog.now() - interval '1 day'
      or k.embedding_model <> model
        and (r.finished_at is null or r.finished_at < pg_catalog.now() - interval '5 minutes')
    )
  order by r.queued_at nulls first
  limit least(max_rows, 1000)
$$;
call app.publish_lookup('lookup.reconciliations_due(text, integer)'::regprocedure, 'understudy_ai');

-- For the operator's command: everybody who has knowledge, page by page. Ids only.
create function lookup.creators_with_knowledge(after_id uuid, max_rows integer)
returns table (creator_id uuid)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select k.creator_id from public.knowledge k
  where after_id is null or k.creator_id > after_id
  order by k.creator_id
  limit least(max_rows, 1000)
$$;
call app.publish_lookup('lookup.creators_with_knowledge(uuid, integer)'::regprocedure, 'understudy_ai');

-- Open turns past their deadline that nobody works on: the sweeper ends them, in the order of their conversation.
grant select (deadline_at) on turns to tenant_lookup;
create function lookup.turns_overdue(max_rows integer)
returns table (creator_id uuid, conversation_id uuid, turn_id uuid)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select t.creator_id, t.conversation_id, t.id
  from public.turns t
  where t.status = 'open' and t.deadline_at <= pg_catalog.now()
    and (t.lease_until is null or t.lease_until <= pg_catalog.now())
  order by t.deadline_at, t.number
  limit least(max_rows, 1000)
$$;
call app.publish_lookup('lookup.turns_overdue(integer)'::regprocedure, 'understudy_ai');
