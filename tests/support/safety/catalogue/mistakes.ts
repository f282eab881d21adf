/** A table as the conventions of migrations/README.md want it. */
export const NEW_TABLE = `create table plans (
  creator_id uuid not null constraint plans_creator_fk references creators (id) on delete cascade,
  id uuid not null, status text, created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(), constraint plans_pk primary key (creator_id, id));
  create index on plans (creator_id, created_at); create index on plans (creator_id, updated_at);
  create index on plans (creator_id, status); call app.isolate_table('plans');`;

const LOOKUP = `create function lookup.all_mail() returns setof text language sql stable security definer
  set search_path = '' as $$ select email from public.creators $$;`;

const LOOKUP_IN_PLPGSQL = `create function lookup.all_mail() returns setof text language plpgsql stable security definer
  set search_path = '' as $$ begin return query select email from public.creators; end $$;`;

/** Mistakes that a migration could make, by the rule that must notice each. */
export const MISTAKES: readonly (readonly [rule: string, migration: string])[] = [
  ['row level security is enabled and forced', 'alter table widgets no force row level security'],
  ['row level security is enabled and forced', 'alter table widgets disable row level security'],
  ['row level security is enabled and forced', 'create table plans (id int)'],
  [
    'row level security is enabled and forced',
    `create table plans (creator_id uuid, id int) partition by list (id); call app.isolate_table('plans');
     create table plans_one partition of plans for values in (1)`,
  ],
  ['tenant_isolation is the canonical policy', 'drop policy tenant_isolation on widgets'],
  ['tenant_isolation is the canonical policy', 'alter policy tenant_isolation on widgets with check (true)'],
  ['tenant_isolation is the canonical policy', 'alter policy tenant_isolation on widgets to public'],
  [
    'tenant_isolation is the canonical policy',
    `alter policy tenant_isolation on widgets using (creator_id = current_setting('app.current_creator_id')::uuid)`,
  ],
  ['other policies are a closed list', 'create policy convenient on widgets for select to understudy_hub using (true)'],
  ['other policies are a closed list', 'alter policy lookup on widgets to authenticated_user'],
  [
    'nothing but plain tables, partitions and views that check their caller exists',
    'create view all_widgets as select * from widgets',
  ],
  [
    'nothing but plain tables, partitions and views that check their caller exists',
    'create materialized view all_widgets as select * from widgets',
  ],
  ['nothing but plain tables, partitions and views that check their caller exists', 'create sequence tickets'],
  [
    'creator_id is a uuid that is never null and goes with its creator',
    'alter table usage drop constraint usage_creator_fk',
  ],
  ['created_at and updated_at stand in every row', 'alter table widgets alter column updated_at drop not null'],
  ['a trigger keeps updated_at', 'alter table widgets disable trigger touch_updated_at'],
  ['no rule rewrites what is asked of a table', 'create rule shadow as on delete to usage do also delete from widgets'],
  ['an index by creator and time serves every table', 'drop index usage_tenant_created_idx'],
  ['an index by creator and status serves every table with a status', 'drop index turns_tenant_status_idx'],
  ['every index begins with the creator, but for a closed list', 'create index on widgets (name)'],
  ['every unique rule carries the creator, but for a closed list', 'create unique index on widgets (name)'],
  [
    'every foreign key carries the creator to the creator',
    `create unique index widgets_alone on widgets (id);
     alter table turns add constraint careless foreign key (conversation_id) references widgets (id)`,
  ],
  ['no tenantless table refers to a tenant', 'alter table signing_keys add column c uuid references creators (id)'],
  [
    'no foreign key empties a creator_id',
    `alter table turns add constraint careless foreign key (creator_id, conversation_id)
       references conversations (creator_id, id) on delete set null`,
  ],
  ['definer functions stand in lookup, and nothing else does', LOOKUP.replace('lookup.all_mail', 'app.all_mail')],
  ['definer functions stand in lookup, and nothing else does', LOOKUP.replace('security definer', '')],
  ['look-ups belong to tenant_lookup', LOOKUP],
  ['look-ups resolve nothing by what their caller made', LOOKUP],
  ['look-ups are single statements without dynamic SQL', LOOKUP_IN_PLPGSQL],
  ['look-ups and their callers are a closed list', LOOKUP],
  [
    'look-ups and their callers are a closed list',
    `${LOOKUP} call app.publish_lookup('lookup.all_mail()', 'understudy_hub')`,
  ],
  ['no function of ours may be called by everybody, but for what does nothing', LOOKUP],
  [
    'services call the way into a tenant and their look-ups, nothing else',
    'grant execute on procedure app.isolate_table(regclass) to understudy_hub',
  ],
  ['only services and tenant_lookup hold grants', 'grant select on widgets to public'],
  ['only services and tenant_lookup hold grants', 'grant select on widgets to authenticated_user'],
  ['grants are select, insert, update and delete', 'grant truncate on usage to understudy_hub'],
  ['the audit trail is only added to', 'grant delete on audit_events to understudy_hub'],
  ['times and seals of the audit trail are the database’s own', 'grant insert on audit_events to understudy_hub'],
  ['the audit trail is only added to', 'grant update (actor) on audit_events to understudy_hub'],
  [
    'tenant_lookup sees a closed list of columns and deletes pending registrations',
    'grant select (instructions) on widgets to tenant_lookup',
  ],
  ['counters of use and kept answers are written by whose they are', 'grant update on usage to understudy_channel'],
  [
    'counters of use and kept answers are written by whose they are',
    'grant select on idempotency_keys to understudy_auth',
  ],
  ['private keys are read by auth alone', 'grant select on signing_keys to understudy_channel'],
  ['no default hands out rights on tables to come', 'alter default privileges grant select on tables to understudy_ai'],
  ['services create nothing, not even for the time of a session', 'grant create on schema public to understudy_hub'],
  [
    'services create nothing, not even for the time of a session',
    `do $$ begin execute format('grant temporary on database %I to public', current_database()); end $$`,
  ],
];
