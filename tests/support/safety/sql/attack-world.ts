import pg from 'pg';
import { SERVICE_ROLES, type ServiceName } from '../../../../shared/config/service-roles.ts';
import { type TestDatabase, testDatabase } from '../../test-database.ts';
import { type Attacker, openAttacker } from './attacker.ts';
import { type PlantedTenant, plantTenant } from './plant-rows.ts';
import { readTenantTables, type TenantTable } from './tenant-tables.ts';

export interface AttackWorld {
  readonly tables: readonly TenantTable[];
  readonly tenants: readonly PlantedTenant[];
  /** Creators without any other row: who adds the first row of a table in a control. */
  newcomer(table: TenantTable): Promise<PlantedTenant>;
  open(service: ServiceName): Promise<Attacker>;
  /** What stands in every table, all tenants together, as nobody but the tables' owner can see it. */
  checksums(): Promise<Readonly<Record<string, string>>>;
  close(): Promise<void>;
}

/**
 * A database with rows of several creators in every table. The role of auth is given every row of every table, so that
 * nothing but row level security stands between creators; the other services keep the grants they ship with.
 */
export async function openAttackWorld(tenantCount: number): Promise<AttackWorld> {
  const database = await testDatabase();
  const owner = new pg.Client({ connectionString: database.migrationUrl });
  await owner.connect();
  const tables = await readTenantTables(owner);
  for (const { name } of tables) {
    await owner.query(`grant select, insert, update, delete on ${name} to ${SERVICE_ROLES.auth}`);
  }
  // What triggers of those tables call.
  await owner.query(`grant execute on all functions in schema app to ${SERVICE_ROLES.auth}`);
  const planter = new pg.Client({ connectionString: database.urlFor('auth') });
  await planter.connect();
  const tenants: PlantedTenant[] = [];
  for (let count = 0; count < tenantCount; count++) tenants.push(await plantTenant(planter, tables));
  return {
    tables,
    tenants,
    newcomer: (table) => plantTenant(planter, tables, ({ name }) => needs(table, tables).has(name)),
    open: (service) => openAttacker(database.urlFor(service)),
    checksums: () => checksums(owner, tables),
    close: () => closeAll(owner, planter, database),
  };
}

/** The tables that must have rows before this one can: its parents and theirs, and creators for all but itself. */
function needs(table: TenantTable, tables: readonly TenantTable[]): ReadonlySet<string> {
  const parents = tables.filter(({ name }) => table.parents.some(({ parent }) => parent === name));
  const own = table.name === 'creators' ? [] : ['creators', ...parents.map(({ name }) => name)];
  return new Set([...own, ...parents.flatMap((parent) => [...needs(parent, tables)])]);
}

/** The owner steps out of its own policies inside a transaction that is rolled back. */
async function checksums(owner: pg.Client, tables: readonly TenantTable[]): Promise<Record<string, string>> {
  const sums: Record<string, string> = {};
  for (const { name } of tables) {
    await owner.query('begin');
    await owner.query(`alter table ${name} no force row level security`);
    const { rows } = await owner.query(
      `select count(*) || ' rows, ' || md5(coalesce(string_agg(t::text, '|' order by t::text), '')) as sum from ${name} t`,
    );
    sums[name] = rows[0].sum;
    await owner.query('rollback');
  }
  return sums;
}

async function closeAll(owner: pg.Client, planter: pg.Client, database: TestDatabase): Promise<void> {
  await Promise.all([owner.end(), planter.end()]);
  await database.drop();
}
