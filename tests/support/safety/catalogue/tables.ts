import type { CatalogueRule } from './rule.ts';

/** The policy's expression as Postgres prints it: the null-safe form, read once a statement. */
const BOUND_TO_TENANT = `(creator_id = (( SELECT NULLIF(current_setting('app.current_creator_id'::text, true), ''::text) AS "nullif"))::uuid)`;

/** Policies besides `tenant_isolation`: on which table, for which command, for whom, which rows. */
const OTHER_POLICIES = [
  ...['creators', 'email_tokens', 'refresh_tokens', 'api_keys', 'widgets', 'audit_events', 'audit_seals'],
  ...['documents', 'turns', 'curated_answers', 'knowledge', 'reconciliations', 'conversations', 'creator_settings'],
  ...['usage', 'spend_warnings'],
]
  .map((table) => `${table} lookup r tenant_lookup true`)
  // The one look-up that writes: it removes registrations that nobody has verified.
  .concat(`creators lookup_remove_pending d tenant_lookup (status = 'pending'::text)`);

/** Every table and partition: forced row level security, the canonical policy, the columns and the trigger. */
export const TABLE_RULES: readonly CatalogueRule[] = [
  {
    name: 'row level security is enabled and forced',
    findings: 'select name from tenant where not (relrowsecurity and relforcerowsecurity)',
  },
  {
    name: 'tenant_isolation is the canonical policy',
    findings: `
      select name from tenant t where not exists (
        select from pg_policy p where p.polrelid = t.oid and p.polname = 'tenant_isolation' and p.polcmd = '*'
          and p.polpermissive and p.polroles = array['authenticated_user'::regrole::oid]
          and pg_get_expr(p.polqual, p.polrelid) = $1 and pg_get_expr(p.polwithcheck, p.polrelid) = $1)`,
    values: [BOUND_TO_TENANT],
  },
  {
    name: 'other policies are a closed list',
    findings: `
      select policy from (
        select concat_ws(' ', o.name, p.polname, p.polcmd,
          (select string_agg(coalesce(r.rolname, 'public'), ',') from unnest(p.polroles) as g(id)
           left join pg_roles r on r.oid = g.id),
          pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)) as policy
        from pg_policy p join ours o on o.oid = p.polrelid where p.polname <> 'tenant_isolation'
      ) as found where policy <> all($1)`,
    values: [OTHER_POLICIES],
  },
  {
    name: 'nothing but plain tables, partitions and views that check their caller exists',
    findings: `
      select name || ' is of kind ' || relkind::text from ours
      where relkind not in ('r', 'p', 'i', 'I', 'c')
        and not (relkind = 'v' and 'security_invoker=true' = any(coalesce(reloptions, '{}')))`,
  },
  {
    name: 'creator_id is a uuid that is never null and goes with its creator',
    findings: `
      select name from tenant t where not exists (
        select from pg_attribute a join pg_constraint k on k.conrelid = a.attrelid and k.conkey = array[a.attnum]
        where a.attrelid = t.oid and a.attname = 'creator_id' and a.attnotnull and a.atttypid = 'uuid'::regtype
          and k.contype = 'f' and k.convalidated and k.confdeltype = 'c' and k.confrelid = 'creators'::regclass
          and k.confkey = array[(select attnum from pg_attribute where attrelid = k.confrelid and attname = 'id')])`,
  },
  {
    name: 'created_at and updated_at stand in every row',
    findings: `
      select t.name || '.' || wanted from tenant t, unnest(array['created_at', 'updated_at']) as wanted
      where not exists (
        select from pg_attribute a where a.attrelid = t.oid and a.attname = wanted and a.attnotnull and a.atthasdef
          and a.atttypid = 'timestamptz'::regtype)`,
  },
  {
    // Row (1), before (2), update (16); enabled for the origin or always.
    name: 'a trigger keeps updated_at',
    findings: `
      select name from tenant t where not exists (
        select from pg_trigger g where g.tgrelid = t.oid and g.tgfoid = 'app.touch_updated_at'::regproc
          and g.tgtype = 19 and g.tgenabled in ('O', 'A') and g.tgqual is null and g.tgattr = '')`,
  },
  {
    name: 'no rule rewrites what is asked of a table',
    findings: `
      select o.name || ' ' || r.rulename from pg_rewrite r join ours o on o.oid = r.ev_class
      where r.rulename <> '_RETURN'`,
  },
];
