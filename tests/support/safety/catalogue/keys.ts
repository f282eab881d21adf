import { type CatalogueRule, columnNames } from './rule.ts';

/** Indexes that do not begin with the tenant, and what each is for. */
const ACROSS_TENANTS = [
  'creators_pkey', // creators.id is the tenant itself
  'creators_active_email_key', // an address belongs to one verified creator: the one rule that spans tenants
  // Found before a tenant is known, by the look-up functions:
  ...['creators_email_idx', 'refresh_tokens_hash_idx', 'email_tokens_hash_idx', 'api_keys_hash_idx'],
  'widgets_id_idx',
  'documents_open_idx',
  'curated_answers_open_idx', // the sweeper's, over open work only
];

const indexColumns = columnNames('i.indkey::int2[]', 'i.indrelid');
const WHOLE_INDEXES = `
  select from pg_index i where i.indrelid = t.oid and i.indpred is null and i.indisvalid
    and (${indexColumns})[1] = 'creator_id'`;

/** Indexes, primary, unique and foreign keys: all of them carry the tenant. */
export const KEY_RULES: readonly CatalogueRule[] = [
  {
    name: 'an index by creator and time serves every table',
    findings: `
      select t.name || ' by ' || wanted from tenant t, unnest(array['created_at', 'updated_at']) as wanted
      where not exists (${WHOLE_INDEXES} and (${indexColumns})[2] = wanted)`,
  },
  {
    name: 'an index by creator and status serves every table with a status',
    findings: `
      select t.name from tenant t join pg_attribute a on a.attrelid = t.oid and a.attname = 'status'
      where not exists (${WHOLE_INDEXES} and 'status' = any(${indexColumns}))`,
  },
  {
    name: 'every index begins with the creator, but for a closed list',
    findings: `
      select i.indexrelid::regclass::text from pg_index i join tenant t on t.oid = i.indrelid
      where coalesce((${indexColumns})[1], '') <> 'creator_id' and i.indexrelid::regclass::text <> all($1)`,
    values: [ACROSS_TENANTS],
  },
  {
    name: 'every unique rule carries the creator, but for a closed list',
    findings: `
      select i.indexrelid::regclass::text from pg_index i join tenant t on t.oid = i.indrelid
      where i.indisunique and not 'creator_id' = any(${indexColumns}) and i.indexrelid::regclass::text <> all($1)`,
    values: [ACROSS_TENANTS.slice(0, 2)],
  },
  {
    name: 'every foreign key carries the creator to the creator',
    findings: `
      select k.conname from pg_constraint k join tenant t on t.oid = k.conrelid
      where k.contype = 'f' and not exists (
        select from unnest(${columnNames('k.conkey', 'k.conrelid')}, ${columnNames('k.confkey', 'k.confrelid')})
          as pair(here, there)
        where pair.here = 'creator_id'
          and (pair.there = 'creator_id' or pair.there = 'id' and k.confrelid = 'creators'::regclass))`,
  },
  {
    name: 'no tenantless table refers to a tenant',
    findings: `
      select k.conname from pg_constraint k join ours o on o.oid = k.conrelid
      where k.contype = 'f' and o.oid not in (select oid from tenant)`,
  },
  {
    // A key that sets its columns to null must leave the tenant alone.
    name: 'no foreign key empties a creator_id',
    findings: `
      select k.conname from pg_constraint k join tenant t on t.oid = k.conrelid
      where k.contype = 'f' and (k.confdeltype in ('n', 'd') or k.confupdtype in ('n', 'd'))
        and (k.confdelsetcols is null or 'creator_id' = any(${columnNames('k.confdelsetcols', 'k.conrelid')}))`,
  },
];
