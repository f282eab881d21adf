-- curated_answers: questions that the creator answered in person; preferred over passages. Written by
-- shared/lifecycles/curated-answer only: hub opens, changes and deletes; ai indexes and collects.
-- `generation` rises with every change of words; `indexed_generation` is the one whose vector is stored under `chunk_id`,
-- which is uuidv5(id:generation). Words are searched here from the moment of the change, whatever the index knows.
-- Vectors of the generations from `vectors_from` on may exist. A row whose index is behind, or that is deleted, and has
-- no live lease is work to be sent again.
-- An attacker would plant an answer in another creator's assistant: the composite key and the policy leave no way.
create table curated_answers (
  creator_id uuid not null constraint curated_answers_creator_fk references creators (id) on delete cascade,
  id uuid not null,
  question text not null,
  answer text not null,
  generation integer not null default 1,
  indexed_generation integer,
  vectors_from integer not null default 1,
  chunk_id uuid not null,
  embedding_model text,
  lease_owner uuid,
  lease_until timestamptz,
  -- When work became due, and how often the sweeper has sent it since: the gap doubles.
  queued_at timestamptz not null default now(),
  resent smallint not null default 0,
  deleted_at timestamptz,
  search tsvector not null generated always as (
    setweight(to_tsvector('simple'::regconfig, question), 'A') || to_tsvector('simple'::regconfig, answer)
  ) stored,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint curated_answers_pk primary key (creator_id, id),
  constraint curated_answers_chunk_key unique (creator_id, chunk_id),
  constraint curated_answers_question_bounded check (char_length(question) <= 500),
  constraint curated_answers_answer_bounded check (char_length(answer) <= 4000),
  -- What is deleted keeps no words.
  constraint curated_answers_words_told check ((deleted_at is null) = (question <> '' and answer <> '')),
  constraint curated_answers_index_is_past check (indexed_generation <= generation),
  constraint curated_answers_vectors_sane check (vectors_from between 1 and generation + 1)
);
create index curated_answers_tenant_created_idx on curated_answers (creator_id, created_at desc, id desc);
create index curated_answers_tenant_updated_idx on curated_answers (creator_id, updated_at desc);
create index curated_answers_search_idx on curated_answers using gin (creator_id, search);
-- For the sweeper, who looks across tenants at open work only.
create index curated_answers_open_idx on curated_answers (queued_at)
  where indexed_generation is distinct from generation or deleted_at is not null;
call app.isolate_table('curated_answers');
grant select, insert, update on curated_answers to understudy_hub;
grant select, update, delete on curated_answers to understudy_ai;

-- Which answers the sweeper must send again, oldest first. Ids only.
grant select (creator_id, id, generation, indexed_generation, deleted_at, lease_until, queued_at, resent)
  on curated_answers to tenant_lookup;
create policy lookup on curated_answers for select to tenant_lookup using (true);

create function lookup.answers_due(max_rows integer)
returns table (creator_id uuid, answer_id uuid)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select a.creator_id, a.id
  from public.curated_answers a
  where (a.indexed_generation is distinct from a.generation or a.deleted_at is not null)
    and (a.lease_until is null or a.lease_until <= pg_catalog.now())
    and a.queued_at + least(interval '5 seconds' * (2 ^ a.resent), interval '10 minutes') <= pg_catalog.now()
  order by a.queued_at
  limit least(max_rows, 1000)
$$;
call app.publish_lookup('lookup.answers_due(integer)'::regprocedure, 'understudy_ai');
