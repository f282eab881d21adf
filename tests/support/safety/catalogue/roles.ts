import { SERVICE_ROLES } from '../../../../shared/config/service-roles.ts';
import type { CatalogueRule } from './rule.ts';

const SERVICES = Object.values(SERVICE_ROLES);
const GROUPS = ['authenticated_user', 'service_login', 'tenant_lookup'];
const SERVICE_MEMBERSHIPS = SERVICES.flatMap((role) => [`${role} of authenticated_user`, `${role} of service_login`]);

/** Roles: those who log in own nothing, create nothing, and cannot become somebody else. */
export const ROLE_RULES: readonly CatalogueRule[] = [
  {
    name: 'services log in, groups do not, and none of them has a power of the server',
    findings: `
      select wanted from unnest($1::text[]) as wanted where not exists (
        select from pg_roles r where r.rolname = wanted and r.rolcanlogin = (wanted <> all($2))
          and not (r.rolsuper or r.rolbypassrls or r.rolcreaterole or r.rolcreatedb or r.rolreplication))`,
    values: [[...SERVICES, ...GROUPS], GROUPS],
  },
  {
    name: 'services are in their two groups, and groups in none',
    findings: `
      select found from (
        select m.member::regrole || ' of ' || m.roleid::regrole as found from pg_auth_members m
        where m.member::regrole::text = any($1)
      ) as memberships where found <> all($2)`,
    values: [[...SERVICES, ...GROUPS], SERVICE_MEMBERSHIPS],
  },
  {
    name: 'nobody has the rights of tenant_lookup unasked',
    findings: `
      select m.member::regrole::text from pg_auth_members m
      where m.roleid = 'tenant_lookup'::regrole and (m.inherit_option or m.member::regrole::text = any($1))`,
    values: [SERVICES],
  },
  {
    name: 'services and groups own nothing; tenant_lookup owns the look-ups',
    findings: `
      select r.rolname || ' owns ' || pg_describe_object(d.classid, d.objid, d.objsubid)
      from pg_shdepend d join pg_roles r on r.oid = d.refobjid
      where d.deptype = 'o' and d.refclassid = 'pg_authid'::regclass and r.rolname = any($1)
        and d.dbid = (select oid from pg_database where datname = current_database())
        and not (r.rolname = 'tenant_lookup' and d.classid = 'pg_proc'::regclass)`,
    values: [[...SERVICES, ...GROUPS]],
  },
  {
    name: 'who owns the tables is no superuser and under row level security',
    findings: `
      select distinct r.rolname from ours o join pg_roles r on r.oid = o.relowner where r.rolsuper or r.rolbypassrls`,
  },
  {
    name: 'services create nothing, not even for the time of a session',
    findings: `
      select r || ' creates in ' || n.nspname from unnest($1::text[]) as r, pg_namespace n
      where has_schema_privilege(r, n.oid, 'create')
      union all
      select r || ' creates ' || what from unnest($1::text[]) as r, unnest(array['create', 'temporary']) as what
      where has_database_privilege(r, current_database(), what)`,
    values: [[...SERVICES, ...GROUPS]],
  },
];
