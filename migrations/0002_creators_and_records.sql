-- creators: the tenants themselves. Written by auth.
-- A registration that was never verified is a row of its own with status 'pending': several may wait for one
-- address, each with its own password, and verifying one removes the others. An attacker would try to learn which
-- addresses exist (answers and timing are the same) or to take over another's pending registration (the token goes
-- to the address only).
create table creators (
  id uuid primary key default gen_random_uuid(),
  creator_id uuid not null generated always as (id) stored
    constraint creators_creator_fk references creators (id) on delete cascade,
  email text not null,
  display_name text not null,
  status text not null default 'pending',
  password_hash text not null,
  pepper_version smallint not null,
  verified_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint creators_status_known check (status in ('pending', 'active')),
  constraint creators_email_normal check (email = lower(email) and length(email) between 3 and 254)
);
-- The one unique rule that spans tenants: an address belongs to at most one verified creator.
create unique index creators_active_email_key on creators (email) where status = 'active';
create index creators_email_idx on creators (email);
create index creators_tenant_created_idx on creators (creator_id, created_at desc);
create index creators_tenant_updated_idx on creators (creator_id, updated_at desc);
create index creators_tenant_status_idx on creators (creator_id, status);
call app.isolate_table('creators');
grant select, insert, update, delete on creators to understudy_auth;
grant select (id, creator_id, status) on creators to understudy_hub, understudy_ai, understudy_channel;

-- audit_events: who changed or read what. Written by every service beside the change, in the same transaction.
-- Insert and read-own only: whoever takes over a service cannot rewrite what it did.
create table audit_events (
  creator_id uuid not null constraint audit_events_creator_fk references creators (id) on delete cascade,
  id uuid not null default gen_random_uuid(),
  actor text not null,
  action text not null,
  subject_id text,
  fields text[] not null default '{}',
  request_id text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint audit_events_pk primary key (creator_id, id)
);
create index audit_events_tenant_created_idx on audit_events (creator_id, created_at desc, id desc);
create index audit_events_tenant_updated_idx on audit_events (creator_id, updated_at desc);
create index audit_events_tenant_action_idx on audit_events (creator_id, action, created_at desc);
call app.isolate_table('audit_events');
grant select, insert on audit_events to understudy_auth, understudy_hub, understudy_ai, understudy_channel;

-- usage: counters per creator and day, for spend limits and plots. Written by shared/database.
create table usage (
  creator_id uuid not null constraint usage_creator_fk references creators (id) on delete cascade,
  day date not null,
  measure text not null,
  amount bigint not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint usage_pk primary key (creator_id, day, measure)
);
create index usage_tenant_created_idx on usage (creator_id, created_at desc);
create index usage_tenant_updated_idx on usage (creator_id, updated_at desc);
call app.isolate_table('usage');
grant select, insert, update on usage to understudy_hub, understudy_ai, understudy_channel;

-- idempotency_keys: the first answer to a POST that creates, kept 24 hours. Written by shared/database.
-- An attacker would replay another creator's key: the key is looked up under the caller's own tenant only.
create table idempotency_keys (
  creator_id uuid not null constraint idempotency_keys_creator_fk references creators (id) on delete cascade,
  route text not null,
  key text not null,
  request_hash bytea not null,
  status smallint,
  response jsonb,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint idempotency_keys_pk primary key (creator_id, route, key)
);
create index idempotency_keys_tenant_created_idx on idempotency_keys (creator_id, created_at desc);
create index idempotency_keys_tenant_updated_idx on idempotency_keys (creator_id, updated_at desc);
call app.isolate_table('idempotency_keys');
grant select, insert, update, delete on idempotency_keys
  to understudy_auth, understudy_hub, understudy_ai, understudy_channel;
