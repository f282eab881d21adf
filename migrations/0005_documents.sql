-- documents: what a creator gave the assistant to read. Written by shared/lifecycles/document only: hub opens,
-- replaces and deletes; ai claims, reports, publishes and fails.
-- `generation` rises with every change of content or settings, never with a delivery; `live_generation` is the one
-- that answers. A row that is open and has no live lease is work to be sent again: the rows are the outbox.
-- An attacker would replay events of an old upload (upload_id and sequencer are compared), or forge one for another
-- creator's document (the key's creator is the tenant that is entered, so the row is simply not there).
create table documents (
  creator_id uuid not null constraint documents_creator_fk references creators (id) on delete cascade,
  id uuid not null,
  title text not null,
  filename text not null,
  content_type text not null,
  size_bytes integer not null,
  source text not null,
  page_url text,
  status text not null default 'awaiting_upload',
  -- The upload that is waited for or was taken last, and the place of its newest event.
  upload_id uuid not null,
  sequencer text,
  object_version text,
  -- The upload whose clean original lies in the library.
  library_upload_id uuid,
  generation integer not null default 0,
  live_generation integer,
  chunk_tokens integer not null default 1000,
  overlap_tokens integer not null default 200,
  -- How often a worker took the document, and how often one vanished without letting go since the last progress.
  attempt integer not null default 0,
  deaths integer not null default 0,
  lease_owner uuid,
  lease_until timestamptz,
  deadline_at timestamptz not null,
  -- When work became due, and how often the sweeper has sent it since: the gap doubles, so a backlog is not doubled.
  queued_at timestamptz not null default now(),
  resent smallint not null default 0,
  progress_stage text not null default 'upload',
  progress_done integer not null default 0,
  progress_total integer not null default 0,
  -- Chunks of `generation` whose vectors are stored under `embedding_model`: where a retry goes on.
  embedded_chunks integer not null default 0,
  embedding_model text,
  chunk_count integer not null default 0,
  -- Vectors of generations that do not answer may lie about; whoever removes them all says so.
  vectors_stale boolean not null default false,
  error_code text,
  error_message text,
  deleted_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint documents_pk primary key (creator_id, id),
  constraint documents_status_known check (
    status in ('awaiting_upload', 'scanning', 'processing', 'ready', 'rejected', 'failed')
  ),
  constraint documents_source_known check (source in ('upload', 'page')),
  constraint documents_size_bounded check (size_bytes between 0 and 52428800),
  constraint documents_error_told check ((status in ('rejected', 'failed')) = (error_code is not null)),
  constraint documents_live_is_past check (live_generation is null or live_generation <= generation),
  constraint documents_chunking_sane check (overlap_tokens >= 0 and chunk_tokens > overlap_tokens)
);
create index documents_tenant_created_idx on documents (creator_id, created_at desc, id desc);
create index documents_tenant_updated_idx on documents (creator_id, updated_at desc);
create index documents_tenant_status_idx on documents (creator_id, status, created_at desc, id desc);
-- For the sweeper, who looks across tenants at open work only.
create index documents_open_idx on documents (queued_at)
  where status in ('awaiting_upload', 'scanning', 'processing') or deleted_at is not null or vectors_stale;
call app.isolate_table('documents');
grant select, insert, update, delete on documents to understudy_hub, understudy_ai;

-- chunks: the passages that answers are made from, only of live generations. Written by shared/lifecycles/document.
-- The id is uuidv5(document_id:generation:chunk_index) and is the vector's id as well; the text shown to anyone
-- comes from here, under row level security, never from the vector index.
create table chunks (
  creator_id uuid not null constraint chunks_creator_fk references creators (id) on delete cascade,
  id uuid not null,
  document_id uuid not null,
  generation integer not null,
  chunk_index integer not null,
  text text not null,
  page integer,
  heading_path text[] not null default '{}',
  token_count integer not null,
  search tsvector not null generated always as (to_tsvector('simple'::regconfig, text)) stored,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint chunks_pk primary key (creator_id, id),
  constraint chunks_document_fk foreign key (creator_id, document_id)
    references documents (creator_id, id) on delete cascade,
  constraint chunks_place_key unique (creator_id, document_id, generation, chunk_index)
);
create index chunks_tenant_created_idx on chunks (creator_id, created_at desc);
create index chunks_tenant_updated_idx on chunks (creator_id, updated_at desc);
create index chunks_search_idx on chunks using gin (creator_id, search);
call app.isolate_table('chunks');
grant select, insert, update, delete on chunks to understudy_ai;
grant select, delete on chunks to understudy_hub;

-- knowledge: one row per creator, about the whole of what is live. `version` rises with every change of it, so that
-- cached answers end with what they were made from; `collection_id` is the vector collection's id, read under row
-- level security because the index itself is no access boundary. Written by shared/lifecycles/document.
create table knowledge (
  creator_id uuid not null constraint knowledge_creator_fk references creators (id) on delete cascade,
  collection_id uuid,
  embedding_model text,
  version bigint not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint knowledge_pk primary key (creator_id)
);
create index knowledge_tenant_created_idx on knowledge (creator_id, created_at desc);
create index knowledge_tenant_updated_idx on knowledge (creator_id, updated_at desc);
call app.isolate_table('knowledge');
grant select, insert, update, delete on knowledge to understudy_ai;
grant select, insert, update on knowledge to understudy_hub;

-- vector_sets: which vectors may exist, written before they are stored. Ids follow from document, generation and
-- index, so everything below `reserved` can be removed without asking the index. Written by shared/lifecycles/document.
create table vector_sets (
  creator_id uuid not null constraint vector_sets_creator_fk references creators (id) on delete cascade,
  document_id uuid not null,
  generation integer not null,
  reserved integer not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint vector_sets_pk primary key (creator_id, document_id, generation),
  constraint vector_sets_document_fk foreign key (creator_id, document_id)
    references documents (creator_id, id) on delete cascade
);
create index vector_sets_tenant_created_idx on vector_sets (creator_id, created_at desc);
create index vector_sets_tenant_updated_idx on vector_sets (creator_id, updated_at desc);
call app.isolate_table('vector_sets');
grant select, insert, update, delete on vector_sets to understudy_ai;

-- What the sweeper must act on, oldest first: overdue work, tombstones, open work without a live lease, and settled
-- documents with vectors left over. A live
-- lease that will have run out by the next sweep is listed with the delay after which it can be taken, so that work
-- of a worker that has just died does not wait for that sweep. Ids and kinds only.
grant select (creator_id, id, status, deleted_at, lease_until, deadline_at, queued_at, resent, vectors_stale)
  on documents to tenant_lookup;
create policy lookup on documents for select to tenant_lookup using (true);

create function lookup.documents_due(max_rows integer)
returns table (creator_id uuid, document_id uuid, task text, delay_seconds integer)
language sql stable security definer
set search_path = ''
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
        and d.queued_at + least(interval '5 seconds' * (2 ^ d.resent), interval '10 minutes') <= pg_catalog.now()
    )
  order by d.queued_at
  limit least(max_rows, 1000)
$$;
call app.publish_lookup('lookup.documents_due(integer)'::regprocedure, 'understudy_ai');
