import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { SERVICE_ROLES, type ServiceName, servicePassword } from '../config/service-roles.ts';

/** Names of the files that were applied now, and how many the database knew before. */
export interface MigrationReport {
  readonly applied: readonly string[];
  readonly already: number;
}

const LOCK_KEY = 727_001;

/** Passwords of the services' roles where they do not follow from the migration role's (see `servicePassword`). */
export type ServicePasswords = Readonly<Partial<Record<ServiceName, string>>>;

/**
 * Applies the files of `folder` that the database has not seen, each in its own transaction, under a lock that
 * makes parallel runs wait. A file that changed after it was applied is an error: migrations go forward only.
 */
export async function runMigrations(
  migrationUrl: string,
  folder: string,
  passwords: ServicePasswords = {},
): Promise<MigrationReport> {
  const client = new pg.Client({ connectionString: migrationUrl });
  client.on('error', () => {}); // A lost connection also rejects the statement that was running.
  await client.connect();
  try {
    // A server may end long statements of everybody else's; building an index is one.
    await client.query('set statement_timeout = 0');
    await client.query('select pg_advisory_lock($1)', [LOCK_KEY]);
    const report = await applyMissing(client, folder);
    await setServicePasswords(client, migrationUrl, passwords);
    return report;
  } finally {
    await client.end();
  }
}

async function applyMissing(client: pg.Client, folder: string): Promise<MigrationReport> {
  await client.query(`create table if not exists schema_migrations (
    name text primary key, checksum text not null, applied_at timestamptz not null default now())`);
  const { rows } = await client.query<{ name: string; checksum: string }>(
    'select name, checksum from schema_migrations',
  );
  const known = new Map(rows.map((row) => [row.name, row.checksum]));
  const applied: string[] = [];
  for (const name of (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort()) {
    const sql = await readFile(join(folder, name), 'utf8');
    const checksum = createHash('sha256').update(sql).digest('hex');
    const before = known.get(name);
    if (before === checksum) continue;
    if (before !== undefined) throw new Error(`migration ${name} was changed after it had been applied`);
    await applyOne(client, name, sql, checksum);
    applied.push(name);
  }
  return { applied, already: known.size };
}

async function applyOne(client: pg.Client, name: string, sql: string, checksum: string): Promise<void> {
  await client.query('begin');
  try {
    await client.query(sql);
    await client.query('insert into schema_migrations (name, checksum) values ($1, $2)', [name, checksum]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw new Error(`migration ${name} failed: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

async function setServicePasswords(
  client: pg.Client,
  migrationUrl: string,
  passwords: ServicePasswords,
): Promise<void> {
  const migrationPassword = decodeURIComponent(new URL(migrationUrl).password);
  for (const [name, role] of Object.entries(SERVICE_ROLES)) {
    const service = name as ServiceName;
    const password = passwords[service] ?? servicePassword(migrationPassword, service);
    const literal = client.escapeLiteral(password);
    await client.query(`alter role ${client.escapeIdentifier(role)} with login password ${literal}`);
  }
}
