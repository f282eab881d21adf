-- Sign-in: keys that sign access tokens, sessions with their refresh families, mailed tokens, API keys.
-- Secrets that come back to us (refresh, mail and API key secrets) are 256 random bits and stand here as SHA-256 only.

-- signing_keys: the RS256 keys of access tokens. Written by auth; has no tenant.
-- An attacker would read a private key: it is sealed under the data encryption key and bound to its row, services
-- other than auth may not even select that column, and a retired key has none.
create table signing_keys (
  kid text not null constraint signing_keys_pk primary key,
  state text not null,
  public_jwk jsonb not null,
  sealed_private_key text,
  state_since timestamptz not null default now(),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint signing_keys_state_known check (state in ('next', 'current', 'previous', 'retired')),
  constraint signing_keys_private_until_retired check ((state = 'retired') = (sealed_private_key is null))
);
create unique index signing_keys_one_each on signing_keys (state) where state in ('next', 'current');
create index signing_keys_state_idx on signing_keys (state, state_since);
create trigger touch_updated_at before update on signing_keys
  for each row execute function app.touch_updated_at();
grant select, insert, update on signing_keys to understudy_auth;
grant select (kid, state, public_jwk, state_since, created_at) on signing_keys
  to understudy_hub, understudy_ai, understudy_channel;

-- sessions: one signed-in browser or program. Written by auth; the others may ask whether one is still live.
create table sessions (
  creator_id uuid not null constraint sessions_creator_fk references creators (id) on delete cascade,
  id uuid not null default gen_random_uuid(),
  status text not null default 'live',
  end_reason text,
  user_agent text not null default '',
  last_used_at timestamptz not null default now(),
  expires_at timestamptz not null,
  ended_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint sessions_pk primary key (creator_id, id),
  constraint sessions_status_known check (status in ('live', 'ended')),
  constraint sessions_end_complete check ((status = 'ended') = (ended_at is not null and end_reason is not null))
);
create index sessions_tenant_created_idx on sessions (creator_id, created_at desc, id desc);
create index sessions_tenant_updated_idx on sessions (creator_id, updated_at desc);
create index sessions_tenant_status_idx on sessions (creator_id, status, created_at desc);
call app.isolate_table('sessions');
grant select, insert, update, delete on sessions to understudy_auth;
grant select (creator_id, id, status, expires_at) on sessions to understudy_hub, understudy_ai;

-- refresh_tokens: the chain of one session. Written by auth.
-- An attacker would use a stolen token beside its owner: each is good once, its one successor is unique by
-- constraint, and any later use of a used one ends the session.
create table refresh_tokens (
  creator_id uuid not null constraint refresh_tokens_creator_fk references creators (id) on delete cascade,
  id uuid not null default gen_random_uuid(),
  session_id uuid not null,
  predecessor_id uuid,
  token_hash bytea not null,
  status text not null default 'unused',
  used_at timestamptz,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint refresh_tokens_pk primary key (creator_id, id),
  constraint refresh_tokens_session_fk foreign key (creator_id, session_id)
    references sessions (creator_id, id) on delete cascade,
  constraint refresh_tokens_hash_key unique (creator_id, token_hash),
  constraint refresh_tokens_one_successor unique (creator_id, predecessor_id),
  constraint refresh_tokens_status_known check (status in ('unused', 'used')),
  constraint refresh_tokens_use_complete check ((status = 'used') = (used_at is not null))
);
create index refresh_tokens_hash_idx on refresh_tokens (token_hash);
create index refresh_tokens_tenant_created_idx on refresh_tokens (creator_id, created_at desc);
create index refresh_tokens_tenant_updated_idx on refresh_tokens (creator_id, updated_at desc);
create index refresh_tokens_tenant_session_idx on refresh_tokens (creator_id, session_id, status);
call app.isolate_table('refresh_tokens');
grant select, insert, update, delete on refresh_tokens to understudy_auth;

-- email_tokens: the links in mails. Written by auth.
-- An attacker would guess or replay one: 256 random bits, good once, soon stale, bound to what it is for.
create table email_tokens (
  creator_id uuid not null constraint email_tokens_creator_fk references creators (id) on delete cascade,
  id uuid not null default gen_random_uuid(),
  purpose text not null,
  token_hash bytea not null,
  status text not null default 'unused',
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint email_tokens_pk primary key (creator_id, id),
  constraint email_tokens_hash_key unique (creator_id, token_hash),
  constraint email_tokens_purpose_known check (purpose in ('verify', 'reset')),
  constraint email_tokens_status_known check (status in ('unused', 'used'))
);
create index email_tokens_hash_idx on email_tokens (token_hash);
create index email_tokens_tenant_created_idx on email_tokens (creator_id, created_at desc);
create index email_tokens_tenant_updated_idx on email_tokens (creator_id, updated_at desc);
create index email_tokens_tenant_status_idx on email_tokens (creator_id, purpose, status);
call app.isolate_table('email_tokens');
grant select, insert, update, delete on email_tokens to understudy_auth;

-- api_keys: credentials for programs. Written by auth; the others note the last use.
-- An attacker would raise a key's rights: they are set once, by a caller who has them.
create table api_keys (
  creator_id uuid not null constraint api_keys_creator_fk references creators (id) on delete cascade,
  id uuid not null default gen_random_uuid(),
  name text not null,
  prefix text not null,
  key_hash bytea not null,
  permissions text[] not null,
  status text not null default 'live',
  expires_at timestamptz,
  last_used_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint api_keys_pk primary key (creator_id, id),
  constraint api_keys_hash_key unique (creator_id, key_hash),
  constraint api_keys_status_known check (status in ('live', 'revoked'))
);
create index api_keys_hash_idx on api_keys (key_hash);
create index api_keys_tenant_created_idx on api_keys (creator_id, created_at desc, id desc);
create index api_keys_tenant_updated_idx on api_keys (creator_id, updated_at desc);
create index api_keys_tenant_status_idx on api_keys (creator_id, status, created_at desc);
call app.isolate_table('api_keys');
grant select, insert, update, delete on api_keys to understudy_auth;
grant select (creator_id, id, last_used_at), update (last_used_at) on api_keys to understudy_hub, understudy_ai;

-- What must be found before a tenant is known. tenant_lookup sees these columns and no others.
grant select (id, creator_id, email, status, password_hash, pepper_version) on creators to tenant_lookup;
grant select (creator_id, id, purpose, token_hash, status, expires_at) on email_tokens to tenant_lookup;
grant select (creator_id, id, session_id, token_hash) on refresh_tokens to tenant_lookup;
grant select (creator_id, id, key_hash, permissions, status, expires_at, last_used_at) on api_keys to tenant_lookup;
create policy lookup on creators for select to tenant_lookup using (true);
create policy lookup on email_tokens for select to tenant_lookup using (true);
create policy lookup on refresh_tokens for select to tenant_lookup using (true);
create policy lookup on api_keys for select to tenant_lookup using (true);

-- The verified creator of an address.
create function lookup.creator_by_email(wanted text)
returns table (creator_id uuid, password_hash text, pepper_version smallint)
language sql stable security definer set search_path = ''
as $$
  select c.creator_id, c.password_hash, c.pepper_version
  from public.creators c where c.email = wanted and c.status = 'active'
$$;
call app.publish_lookup('lookup.creator_by_email(text)'::regprocedure, 'understudy_auth');

-- Whose mailed token this is, while it is good.
create function lookup.email_token(wanted_hash bytea, wanted_purpose text)
returns table (creator_id uuid, id uuid)
language sql stable security definer set search_path = ''
as $$
  select t.creator_id, t.id from public.email_tokens t
  where t.token_hash = wanted_hash and t.purpose = wanted_purpose
    and t.status = 'unused' and t.expires_at > pg_catalog.now()
$$;
call app.publish_lookup('lookup.email_token(bytea, text)'::regprocedure, 'understudy_auth');

-- Whose refresh token this is, good or not: what becomes of it is decided under the tenant.
create function lookup.refresh_token(wanted_hash bytea)
returns table (creator_id uuid, id uuid, session_id uuid)
language sql stable security definer set search_path = ''
as $$
  select t.creator_id, t.id, t.session_id from public.refresh_tokens t where t.token_hash = wanted_hash
$$;
call app.publish_lookup('lookup.refresh_token(bytea)'::regprocedure, 'understudy_auth');

-- What an API key may do, while it is good.
create function lookup.api_key(wanted_hash bytea)
returns table (creator_id uuid, id uuid, permissions text[], last_used_at timestamptz)
language sql stable security definer set search_path = ''
as $$
  select k.creator_id, k.id, k.permissions, k.last_used_at from public.api_keys k
  where k.key_hash = wanted_hash and k.status = 'live'
    and (k.expires_at is null or k.expires_at > pg_catalog.now())
$$;
call app.publish_lookup(
  'lookup.api_key(bytea)'::regprocedure, 'understudy_auth', 'understudy_hub', 'understudy_ai'
);

-- Removes what else waits for the address of a creator who has just proved to own it. The one writing look-up:
-- those rows belong to other tenants. It reaches pending rows only, and only of the address of the bound tenant.
grant delete on creators to tenant_lookup;
create policy lookup_remove_pending on creators for delete to tenant_lookup using (status = 'pending');
create function lookup.remove_other_registrations() returns void
language sql volatile security definer set search_path = ''
as $$
  delete from public.creators other
  using public.creators owner
  where owner.id = nullif(pg_catalog.current_setting('app.current_creator_id', true), '')::uuid
    and owner.status = 'active'
    and other.email = owner.email and other.status = 'pending' and other.id <> owner.id
$$;
call app.publish_lookup('lookup.remove_other_registrations()'::regprocedure, 'understudy_auth');

-- Removes registrations that nobody verified: what an address was entered with is not kept for ever.
grant select (created_at) on creators to tenant_lookup;
create function lookup.remove_stale_registrations() returns bigint
language sql volatile security definer set search_path = ''
as $$
  with removed as (
    delete from public.creators c
    where c.status = 'pending' and c.created_at < pg_catalog.now() - interval '2 days'
    returning c.id
  )
  select count(*) from removed
$$;
call app.publish_lookup('lookup.remove_stale_registrations()'::regprocedure, 'understudy_auth');
