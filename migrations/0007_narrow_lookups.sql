-- Look-up functions stay narrow whoever calls them, and one index that was missing.
--
-- A function that runs as tenant_lookup must resolve no name by what its caller made. With an empty search_path
-- Postgres still looks into the caller's temporary schema first, for types too: a service's session that was taken over
-- could make a domain `pg_temp.uuid` whose check calls a function of its own, and have it run as tenant_lookup, across
-- tenants. So the temporary schema comes last, by name, and the services may not make temporary objects at all.
do $$
begin
  execute format('revoke temporary on database %I from public', current_database());
end
$$;

grant usage on schema lookup to tenant_lookup;
set local role tenant_lookup;
do $$
declare
  target regprocedure;
begin
  for target in select p.oid from pg_proc p where p.pronamespace = 'lookup'::regnamespace loop
    execute format('alter function %s set search_path = pg_catalog, pg_temp', target);
  end loop;
end
$$;
reset role;
revoke usage on schema lookup from tenant_lookup;

-- As before, and it sets the path itself, whatever the function was declared with.
create or replace procedure app.publish_lookup(target regprocedure, variadic callers text[])
language plpgsql
set search_path = ''
as $$
declare
  caller text;
begin
  grant create on schema lookup to tenant_lookup;
  execute format('alter function %s set search_path = pg_catalog, pg_temp', target);
  execute format('revoke all on function %s from public', target);
  foreach caller in array callers loop
    execute format('grant execute on function %s to %I', target, caller);
  end loop;
  execute format('alter function %s owner to tenant_lookup', target);
  revoke create on schema lookup from tenant_lookup;
end
$$;

create index idempotency_keys_tenant_status_idx on idempotency_keys (creator_id, status);
