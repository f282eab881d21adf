-- Roles, and the one way into a tenant.
--
-- Runs as a role that is no superuser but may create roles (as on RDS). Roles belong to the whole server,
-- so each is created only where it is missing.
do $$
declare
  wanted text;
begin
  foreach wanted in array array[
    'authenticated_user',  -- the group that every policy names
    'service_login',       -- the group of those who may log in
    'tenant_lookup'        -- owns the functions that find a tenant before one is known
  ] loop
    if not exists (select from pg_roles where rolname = wanted) then
      execute format('create role %I nologin', wanted);
    end if;
  end loop;
  -- The services' own roles; the migration runner sets their passwords.
  foreach wanted in array array['understudy_auth', 'understudy_hub', 'understudy_ai', 'understudy_channel'] loop
    if not exists (select from pg_roles where rolname = wanted) then
      execute format('create role %I login', wanted);
    end if;
    execute format('grant authenticated_user, service_login to %I', wanted);
  end loop;
  -- Needed once, to hand functions over to tenant_lookup.
  execute format('grant tenant_lookup to %I with inherit false, set true', current_user);
end
$$;

revoke all on schema public from public;
grant usage on schema public to service_login, tenant_lookup;

create extension if not exists btree_gin;

create schema app;
grant usage on schema app to service_login;

-- Functions that look across tenants stand here and nowhere else; each returns what its caller needs and no more.
create schema lookup;
grant usage on schema lookup to service_login;

-- Binds the running transaction to one creator. Transaction-local only: a session setting would leak to the
-- next borrower of a pooled connection.
create function app.enter_tenant(creator uuid) returns void
language plpgsql
set search_path = ''
as $$
begin
  if creator is null then
    raise exception 'a transaction needs a tenant' using errcode = 'insufficient_privilege';
  end if;
  perform pg_catalog.set_config('app.current_creator_id', creator::text, true);
end
$$;
revoke all on function app.enter_tenant(uuid) from public;
grant execute on function app.enter_tenant(uuid) to service_login;

create function app.touch_updated_at() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.updated_at := pg_catalog.now();
  return new;
end
$$;

-- Puts a table under tenant isolation: forced row level security, the canonical policy, updated_at.
-- The sub-select makes the setting an init plan (read once a statement, not once a row); nullif turns the empty
-- string that remains after a transaction into null, which matches no row.
create procedure app.isolate_table(target regclass)
language plpgsql
set search_path = ''
as $$
declare
  setting constant text := '(select nullif(current_setting(''app.current_creator_id'', true), ''''))::uuid';
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format(
    'create policy tenant_isolation on %s for all to authenticated_user using (creator_id = %s) with check (creator_id = %s)',
    target, setting, setting
  );
  execute format(
    'create trigger touch_updated_at before update on %s for each row execute function app.touch_updated_at()', target
  );
end
$$;
revoke all on procedure app.isolate_table(regclass) from public;

-- Hands a lookup function to the role that may see across tenants, and lets only the named services call it.
create procedure app.publish_lookup(target regprocedure, variadic callers text[])
language plpgsql
set search_path = ''
as $$
declare
  caller text;
begin
  grant create on schema lookup to tenant_lookup;
  execute format('revoke all on function %s from public', target);
  foreach caller in array callers loop
    execute format('grant execute on function %s to %I', target, caller);
  end loop;
  execute format('alter function %s owner to tenant_lookup', target);
  revoke create on schema lookup from tenant_lookup;
end
$$;
revoke all on procedure app.publish_lookup(regprocedure, text[]) from public;
