import type { CatalogueRule } from './rule.ts';

/** The functions that look across tenants, who may call each, and whether it writes (`v`) or reads (`s`). */
const LOOKUPS = [
  'creator_by_email s understudy_auth',
  'email_token s understudy_auth',
  'refresh_token s understudy_auth',
  'api_key s understudy_ai,understudy_auth,understudy_hub',
  'remove_other_registrations v understudy_auth',
  'remove_stale_registrations v understudy_auth',
  'creator_of_widget s understudy_channel',
  'conversations_expired s understudy_channel',
  'creators_to_seal s understudy_hub',
  'spend_warnings_due s understudy_auth',
  'documents_due s understudy_ai',
  'answers_due s understudy_ai',
  'turns_overdue s understudy_ai',
  'reconciliations_due s understudy_ai',
  'creators_with_knowledge s understudy_ai',
  'turns_without_lease s understudy_ai',
];
/** What else of ours a service may call: the way into a tenant, a trigger's function, which cannot be called, and hashing. */
const CALLABLE = [
  'app.enter_tenant(uuid)',
  'app.touch_updated_at()',
  'app.audit_stretch(uuid,timestamp with time zone,timestamp with time zone,bytea)',
];

const OURS = `
  , functions as (
    select p.*, n.nspname, p.oid::regprocedure::text as name, l.lanname,
      coalesce(p.proacl, acldefault('f', p.proowner)) as acl
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace join pg_language l on l.oid = p.prolang
    where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and not exists (
      select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
  )`;

/** Functions: whatever runs with other rights than its caller's is narrow, known and owned by nobody who logs in. */
export const FUNCTION_RULES: readonly CatalogueRule[] = [
  {
    name: 'definer functions stand in lookup, and nothing else does',
    findings: `${OURS} select name from functions where prosecdef <> (nspname = 'lookup')`,
  },
  {
    name: 'look-ups belong to tenant_lookup',
    findings: `${OURS} select name from functions where nspname = 'lookup' and proowner <> 'tenant_lookup'::regrole`,
  },
  {
    name: 'look-ups resolve nothing by what their caller made',
    findings: `${OURS} select name from functions
      where nspname = 'lookup' and proconfig is distinct from array['search_path=pg_catalog, pg_temp']`,
  },
  {
    name: 'look-ups are single statements without dynamic SQL',
    findings: `${OURS} select name from functions where nspname = 'lookup' and lanname <> 'sql'`,
  },
  {
    name: 'look-ups and their callers are a closed list',
    findings: `${OURS} select found from (
        select concat_ws(' ', f.proname, f.provolatile, (
          select string_agg(r.rolname, ',' order by r.rolname) from aclexplode(f.acl) as g
          join pg_roles r on r.oid = g.grantee where g.grantee <> f.proowner)) as found
        from functions f where f.nspname = 'lookup'
      ) as listed where found <> all($1)`,
    values: [LOOKUPS],
  },
  {
    name: 'no function of ours may be called by everybody, but for what does nothing',
    findings: `${OURS} select name from functions f where name <> all($1)
      and exists (select from aclexplode(f.acl) as g where g.grantee = 0)`,
    values: [CALLABLE.slice(1)],
  },
  {
    name: 'services call the way into a tenant and their look-ups, nothing else',
    findings: `${OURS} select r.rolname || ' may call ' || f.name from functions f, pg_roles r
      where r.rolname ~ '^understudy_(auth|hub|ai|channel)$' and f.nspname <> 'lookup' and f.name <> all($1)
        and has_function_privilege(r.oid, f.oid, 'execute')`,
    values: [CALLABLE],
  },
];
