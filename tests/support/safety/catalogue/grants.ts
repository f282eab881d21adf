import type { CatalogueRule } from './rule.ts';

/** Whoever takes over a service cannot rewrite what it did. */
const APPEND_ONLY = ['audit_events', 'audit_seals', 'erasure_receipts'];
/** What tenant_lookup may see; everything else of those tables stays hidden from it. */
const SEEN_ACROSS_TENANTS = [
  ...['id', 'creator_id', 'email', 'status', 'password_hash', 'pepper_version', 'created_at'].map(
    (column) => `creators.${column}`,
  ),
  ...['creator_id', 'id', 'purpose', 'token_hash', 'status', 'expires_at'].map((column) => `email_tokens.${column}`),
  ...['creator_id', 'id', 'session_id', 'token_hash'].map((column) => `refresh_tokens.${column}`),
  ...['creator_id', 'id', 'key_hash', 'permissions', 'status', 'expires_at', 'last_used_at'].map(
    (column) => `api_keys.${column}`,
  ),
  ...['creator_id', 'id'].map((column) => `widgets.${column}`),
  ...['creator_id', 'created_at'].map((column) => `audit_events.${column}`),
  ...['creator_id', 'sealed_until'].map((column) => `audit_seals.${column}`),
  ...[
    'creator_id',
    'id',
    'status',
    'deleted_at',
    'lease_until',
    'deadline_at',
    'queued_at',
    'resent',
    'recut_wanted',
    'vectors_stale',
  ].map((column) => `documents.${column}`),
  ...['creator_id', 'conversation_id', 'id', 'number', 'status', 'lease_until', 'announced', 'created_at'].map(
    (column) => `turns.${column}`,
  ),
  'turns.updated_at',
  'turns.deadline_at',
  ...['creator_id', 'id', 'updated_at'].map((column) => `conversations.${column}`),
  ...['creator_id', 'retention_days', 'daily_spend_limit'].map((column) => `creator_settings.${column}`),
  ...['creator_id', 'day', 'measure', 'amount'].map((column) => `usage.${column}`),
  ...['creator_id', 'day', 'level', 'claimed_until', 'sent_at'].map((column) => `spend_warnings.${column}`),
  ...['creator_id', 'embedding_model', 'created_at'].map((column) => `knowledge.${column}`),
  ...['creator_id', 'status', 'lease_until', 'queued_at', 'finished_at'].map((column) => `reconciliations.${column}`),
  ...['creator_id', 'id', 'generation', 'indexed_generation', 'deleted_at', 'lease_until', 'queued_at', 'resent'].map(
    (column) => `curated_answers.${column}`,
  ),
];

const TABLE_GRANTS = `
  , granted as (
    select o.name, o.relowner, g.grantee, g.privilege_type, g.is_grantable,
      case when g.grantee = 0 then 'public' else g.grantee::regrole::text end as who
    from ours o, aclexplode(o.relacl) as g where g.grantee <> o.relowner
    union all
    select o.name || '.' || a.attname, o.relowner, g.grantee, g.privilege_type, g.is_grantable,
      case when g.grantee = 0 then 'public' else g.grantee::regrole::text end
    from ours o join pg_attribute a on a.attrelid = o.oid, aclexplode(a.attacl) as g where g.grantee <> o.relowner
  )`;

/** Grants: to one service each, never to everybody, never what row level security does not reach. */
export const GRANT_RULES: readonly CatalogueRule[] = [
  {
    name: 'only services and tenant_lookup hold grants',
    findings: `${TABLE_GRANTS} select who || ' on ' || name from granted
      where who !~ '^(understudy_(auth|hub|ai|channel)|tenant_lookup)$' or is_grantable`,
  },
  {
    // TRUNCATE, REFERENCES, TRIGGER and MAINTAIN pass by row level security.
    name: 'grants are select, insert, update and delete',
    findings: `${TABLE_GRANTS} select who || ' may ' || privilege_type || ' ' || name from granted
      where privilege_type not in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')`,
  },
  {
    name: 'the audit trail is only added to',
    findings: `${TABLE_GRANTS} select who || ' may ' || privilege_type || ' ' || name from granted
      where split_part(name, '.', 1) = any($1) and privilege_type not in ('SELECT', 'INSERT')`,
    values: [APPEND_ONLY],
  },
  {
    name: 'times and seals of the audit trail are the database’s own',
    findings: `
      select r || ' sets ' || c.relname || '.' || a.attname
      from unnest(array['understudy_auth', 'understudy_hub', 'understudy_ai', 'understudy_channel']) as r,
        pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
      where has_column_privilege(r, c.oid, a.attnum, 'insert') and (
        c.oid = 'audit_events'::regclass
          and a.attname not in ('creator_id', 'actor', 'action', 'subject_id', 'fields', 'request_id')
        or c.oid = 'audit_seals'::regclass and a.attname not in ('creator_id', 'sealed_until'))`,
  },
  {
    name: 'tenant_lookup sees a closed list of columns and deletes pending registrations',
    findings: `${TABLE_GRANTS} select privilege_type || ' ' || name from granted
      where who = 'tenant_lookup' and not (privilege_type = 'SELECT' and name = any($1))
        and not (privilege_type = 'DELETE' and name = 'creators')`,
    values: [SEEN_ACROSS_TENANTS],
  },
  {
    name: 'counters of use and kept answers are written by whose they are',
    findings: `${TABLE_GRANTS} select who || ' may ' || privilege_type || ' ' || name from granted
      where split_part(name, '.', 1) = 'usage' and privilege_type <> 'SELECT' and who <> 'understudy_ai'
        or split_part(name, '.', 1) = 'idempotency_keys' and who <> 'understudy_hub'
          and not (who = 'understudy_ai' and privilege_type in ('SELECT', 'DELETE'))`,
  },
  {
    name: 'private keys are read by auth alone',
    findings: `
      select r.rolname from pg_roles r where r.rolname ~ '^(understudy_(hub|ai|channel)|tenant_lookup)$'
        and has_column_privilege(r.oid, 'signing_keys', 'sealed_private_key', 'select')`,
  },
  {
    name: 'no default hands out rights on tables to come',
    findings: 'select defaclrole::regrole::text from pg_default_acl',
  },
];
