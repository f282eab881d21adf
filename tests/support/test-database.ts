import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { type ServiceName, serviceDatabaseUrl } from '../../shared/config/service-roles.ts';
import { runMigrations } from '../../shared/database/run-migrations.ts';
import { until } from './until.ts';

export interface TestDatabase {
  readonly migrationUrl: string;
  /** The address as the service's own role, under row level security. */
  urlFor(service: ServiceName): string;
  drop(): Promise<void>;
}

const MIGRATIONS = fileURLToPath(new URL('../../migrations', import.meta.url));

/** A migrated database of this test file's own, on the run's real Postgres. */
export async function testDatabase(): Promise<TestDatabase> {
  const server = requireVariable('TEST_DATABASE_URL');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await onServer(server, `create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const migrationUrl = url.toString();
  await runMigrations(migrationUrl, MIGRATIONS);
  return {
    migrationUrl,
    urlFor: (service) => serviceDatabaseUrl(migrationUrl, service),
    drop: () => dropDatabase(server, name),
  };
}

/**
 * A service's connection that was just closed may live on for a moment in the server, and only its own role (or a
 * superuser, which the migration role is not) may end it: then it is waited for.
 */
async function dropDatabase(server: string, name: string): Promise<void> {
  await until(
    `the last connection to ${name} to end`,
    () =>
      onServer(server, `drop database ${name} with (force)`).then(
        () => true,
        (error: { code?: string }) => {
          if (error.code === '42501') return false;
          throw error;
        },
      ),
    20_000,
  );
}

/** Set by the global setup of the integration project, or by hand to use a server that already runs. */
export function requireVariable(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run this file through vitest's integration project`);
  return value;
}

async function onServer(server: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
