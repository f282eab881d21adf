-- widgets: the assistants that creators put on their pages. Written by hub, read by ai (how to answer) and channel
-- (whom to let in). An attacker would embed a widget on a page of their own: allowed_origins is a closed list, and an
-- empty one lets nobody in.
create table widgets (
  creator_id uuid not null constraint widgets_creator_fk references creators (id) on delete cascade,
  id uuid not null default gen_random_uuid(),
  name text not null,
  allowed_origins text[] not null,
  greeting text not null,
  suggested_questions text[] not null,
  instructions text not null,
  locale text not null,
  theme jsonb not null,
  enabled boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint widgets_pk primary key (creator_id, id),
  constraint widgets_origins_bounded check (cardinality(allowed_origins) <= 20),
  constraint widgets_theme_object check (jsonb_typeof(theme) = 'object')
);
create index widgets_tenant_created_idx on widgets (creator_id, created_at desc, id desc);
create index widgets_tenant_updated_idx on widgets (creator_id, updated_at desc);
create index widgets_tenant_enabled_idx on widgets (creator_id, enabled);
create index widgets_id_idx on widgets (id);
call app.isolate_table('widgets');
grant select, insert, update, delete on widgets to understudy_hub;
grant select (creator_id, id, name, instructions, locale, enabled) on widgets to understudy_ai;
grant select on widgets to understudy_channel;

-- A visitor's page knows only the widget's id. Channel asks whose it is, and reads everything else as that tenant.
grant select (creator_id, id) on widgets to tenant_lookup;
create policy lookup on widgets for select to tenant_lookup using (true);
create function lookup.creator_of_widget(widget uuid)
returns table (creator_id uuid)
language sql stable security definer
set search_path = ''
as $$
  select w.creator_id from public.widgets w where w.id = widget limit 1
$$;
call app.publish_lookup('lookup.creator_of_widget(uuid)'::regprocedure, 'understudy_channel');

-- creator_settings: how a creator's documents are cut and how its assistants behave. No row means the defaults.
-- Written by hub, read by ai and channel.
create table creator_settings (
  creator_id uuid not null constraint creator_settings_creator_fk references creators (id) on delete cascade,
  chunk_tokens integer not null default 1000,
  overlap_tokens integer not null default 200,
  -- Null leaves the threshold to the calibrated default of the embedding model.
  refusal_threshold real,
  -- Answers a day; null means no limit.
  daily_spend_limit integer,
  -- Null keeps conversations until the creator or the visitor erases them.
  retention_days integer,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint creator_settings_pk primary key (creator_id),
  constraint creator_settings_chunks_sane check (chunk_tokens between 100 and 2000 and overlap_tokens between 0 and chunk_tokens / 2),
  constraint creator_settings_threshold_sane check (refusal_threshold between 0 and 1),
  constraint creator_settings_spend_sane check (daily_spend_limit >= 0),
  constraint creator_settings_retention_sane check (retention_days between 1 and 3650)
);
create index creator_settings_tenant_created_idx on creator_settings (creator_id, created_at desc);
create index creator_settings_tenant_updated_idx on creator_settings (creator_id, updated_at desc);
call app.isolate_table('creator_settings');
grant select, insert, update on creator_settings to understudy_hub;
grant select on creator_settings to understudy_ai, understudy_channel;

-- audit_seals: a chain over each creator's audit trail, written hourly by hub-seal-audit. Each seal hashes the events
-- of a closed stretch of time together with the seal before it, so that an event that somebody with the database's own
-- rights altered, removed or slipped in later shows at the next check. Insert and read only.
create table audit_seals (
  creator_id uuid not null constraint audit_seals_creator_fk references creators (id) on delete cascade,
  number bigint not null,
  sealed_until timestamptz not null,
  event_count bigint not null,
  previous_hash bytea not null,
  hash bytea not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint audit_seals_pk primary key (creator_id, number),
  constraint audit_seals_until_key unique (creator_id, sealed_until),
  constraint audit_seals_hashes_whole check (length(previous_hash) = 32 and length(hash) = 32)
);
create index audit_seals_tenant_created_idx on audit_seals (creator_id, created_at desc);
create index audit_seals_tenant_updated_idx on audit_seals (creator_id, updated_at desc);
call app.isolate_table('audit_seals');
grant select, insert on audit_seals to understudy_hub;

-- Whose trail has events that no seal covers. Ids only; the events are read as the tenant.
grant select (creator_id, created_at) on audit_events to tenant_lookup;
create policy lookup on audit_events for select to tenant_lookup using (true);
grant select (creator_id, sealed_until) on audit_seals to tenant_lookup;
create policy lookup on audit_seals for select to tenant_lookup using (true);
create function lookup.creators_to_seal(sealed_before timestamptz, max_rows integer)
returns table (creator_id uuid)
language sql stable security definer
set search_path = ''
as $$
  select distinct e.creator_id
  from public.audit_events e
  where e.created_at < sealed_before
    and e.created_at >= coalesce(
      (select max(s.sealed_until) from public.audit_seals s where s.creator_id = e.creator_id), '-infinity'
    )
  limit least(max_rows, 1000)
$$;
call app.publish_lookup('lookup.creators_to_seal(timestamptz, integer)'::regprocedure, 'understudy_hub');
