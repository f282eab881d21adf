import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SERVICE_ROLES, type ServiceName } from '../../../shared/config/service-roles.ts';
import { figure, tellFigure } from '../../support/safety/figures.ts';
import { readTenantTables, type TenantTable } from '../../support/safety/sql/tenant-tables.ts';
import { type TestDatabase, testDatabase } from '../../support/test-database.ts';

const SERVICES = Object.keys(SERVICE_ROLES) as ServiceName[];
/** insufficient_privilege, and what Postgres says to who is not a superuser in some commands. */
const REFUSALS = new Set(['42501', '0LP01']);

/** What passes by the policies of a table, or takes them away. */
const ON_TABLES = [
  'truncate $t',
  'truncate $t cascade',
  'set row_security = off; select * from $t',
  'alter table $t disable row level security',
  'alter table $t no force row level security',
  'alter table $t owner to current_user',
  'alter table $t rename to taken',
  'drop policy tenant_isolation on $t',
  'alter policy tenant_isolation on $t using (true)',
  'create policy open on $t using (true)',
  'create trigger spy before insert on $t for each row execute function app.touch_updated_at()',
  'create rule spy as on insert to $t do also select 1',
  'alter table $t disable trigger user',
  'create index on $t (creator_id)',
  'create view spy as select * from $t',
  'create temporary view spy as select * from $t',
  'create temporary table spy as select * from $t',
  'create table child () inherits ($t)',
  'lock table $t in access exclusive mode; truncate $t',
  'comment on table $t is null',
  'grant select on $t to public; set role tenant_lookup',
  'drop table $t',
  'reindex table $t',
];

/** Ways to become somebody else, or to have others' rights lent. */
const ELSEWHERE = [
  'set role tenant_lookup',
  'set role understudy_migrator',
  'set session authorization tenant_lookup',
  'grant tenant_lookup to current_user',
  'create role accomplice',
  'alter role current_user bypassrls',
  'alter role current_user superuser',
  'create schema mine',
  "create function public.spy() returns int language sql as 'select 1'",
  "create function lookup.spy() returns int language sql security definer as 'select 1'",
  "create function pg_temp.spy() returns int language sql as 'select 1'",
  'create domain pg_temp.uuid as pg_catalog.uuid check (value is not null)',
  'alter function lookup.creator_by_email(text) reset all',
  'call app.isolate_table(null)',
  "call app.publish_lookup('app.enter_tenant(uuid)', 'understudy_hub')",
  'select app.enter_tenant(null)',
  "select pg_read_file('pg_hba.conf')",
  "copy (select 1) to program 'true'",
  "select lo_import('/etc/hostname')",
  'select sealed_private_key from signing_keys; truncate signing_keys',
  'insert into schema_migrations (name, checksum) values (1, 1)',
  'select rolpassword from pg_authid',
  // A page knows a widget by its id alone.
  'insert into widgets (creator_id, id) values (gen_random_uuid(), gen_random_uuid())',
  'update widgets set id = gen_random_uuid()',
  // Its audit trail would go with it.
  'delete from creators',
];

let database: TestDatabase;
let tables: TenantTable[];
const clients = new Map<ServiceName, pg.Client>();
beforeAll(async () => {
  database = await testDatabase();
  const owner = new pg.Client({ connectionString: database.migrationUrl });
  await owner.connect();
  tables = await readTenantTables(owner);
  await owner.end();
  for (const service of SERVICES) {
    const client = new pg.Client({ connectionString: database.urlFor(service) });
    await client.connect();
    clients.set(service, client);
  }
});
afterAll(async () => {
  await Promise.all([...clients.values()].map((client) => client.end()));
  await database?.drop();
});

/** Tries a command in a transaction; gives what became of it unless it was refused for want of a right. */
async function tryOut(service: ServiceName, command: string): Promise<string | undefined> {
  const client = clients.get(service);
  const outcome = await client?.query(`begin; ${command}`).then(
    () => 'done',
    (error: { code?: string; message: string }) =>
      REFUSALS.has(error.code ?? '') ? undefined : `${error.code} ${error.message}`,
  );
  await client?.query('rollback');
  return outcome && `${service}: ${command}: ${outcome}`;
}

describe('A2: around the policies', () => {
  test('no service reaches a table by a command that row level security does not govern', async () => {
    const commands = tables.flatMap(({ name }) => ON_TABLES.map((command) => command.replaceAll('$t', name)));
    const chosen = SERVICES.flatMap((service) => commands.map((command) => ({ service, command })));
    const every = figure(4, 1);

    const found: (string | undefined)[] = [];
    for (const { service, command } of chosen.filter((_, place) => place % every === 0)) {
      found.push(await tryOut(service, command));
    }

    tellFigure('A2', `${found.length} commands around the policies`, '0 done', `${found.filter(Boolean).length}`);
    expect(found.filter(Boolean)).toEqual([]);
  });

  test.each(SERVICES)(
    '%s becomes nobody else, makes nothing and calls nothing that is not its own',
    async (service) => {
      const found: (string | undefined)[] = [];
      for (const command of ELSEWHERE) found.push(await tryOut(service, command));

      expect(found.filter(Boolean)).toEqual([]);
    },
  );
});
