/** One thing that must hold of the whole schema. Each row that its query gives is a finding. */
export interface CatalogueRule {
  readonly name: string;
  /** Follows `with ours as (…), tenant as (…)`; its one column says what is wrong. */
  readonly findings: string;
  readonly values?: readonly unknown[];
}

/** Tables that belong to nobody. A new entry is a decision of the requirements (T1), not of a test. */
export const TENANTLESS = ['signing_keys', 'schema_migrations'];

/**
 * `ours`: every relation that no extension brought, in every schema that is not Postgres' own. `tenant`: its tables
 * and partitions but the tenantless ones. A rule reads these, so a new table is examined without being named.
 */
export const RELATIONS = `
  with ours as (
    select c.oid, c.relname, c.relkind, c.relrowsecurity, c.relforcerowsecurity, c.reloptions, c.relowner, c.relacl,
           c.oid::regclass::text as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
      and not exists (
        select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
  ),
  tenant as (
    select * from ours where relkind in ('r', 'p') and name <> all('{${TENANTLESS.join(',')}}'::text[])
  )`;

/** Names of the columns of a key, in order: `a` is the attribute array's expression, `r` the relation's. */
export const columnNames = (a: string, r: string) =>
  `array(select named.attname::text from unnest(${a}) with ordinality as part(n, place)
         join pg_attribute named on named.attrelid = ${r} and named.attnum = part.n order by part.place)`;
