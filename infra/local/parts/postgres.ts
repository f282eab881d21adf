import { join } from 'node:path';
import pg from 'pg';
import { startOnFreePort } from './loopback-port.ts';
import { foreignPart, type PartContext, type RunningPart } from './part.ts';
import { PartFailure } from './part-failure.ts';
import { clearOrphan, prepareCluster, saysReady } from './postgres-cluster.ts';
import { findPostgresPrograms } from './postgres-programs.ts';
import { superviseProcess } from './supervised-process.ts';

const ROLE = 'understudy_migrator';
const DATABASE = 'understudy';

// Durability stays as Postgres ships it (fsync, full pages, synchronous commit): a killed host loses nothing that
// was acknowledged. `terse` keeps row contents, which may be a visitor's words, out of the log.
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '120',
  shared_buffers: '64MB',
  wal_level: 'minimal',
  max_wal_senders: '0',
  // Processes that a database of this size has no work for.
  io_method: 'sync',
  max_logical_replication_workers: '0',
  max_wal_size: '256MB',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
  log_min_messages: 'warning',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
};

/**
 * A real Postgres on loopback with a database of its own. The role in `url` owns the database, may create roles
 * and is no superuser, as on a managed server.
 * @throws PartFailure with the one line that says what to do
 */
export async function startPostgres(context: PartContext, ownUrl: string | undefined): Promise<RunningPart> {
  if (ownUrl !== undefined) return useOwn(ownUrl);
  const folder = join(context.dataFolder, 'postgres');
  const programs = findPostgresPrograms(folder);
  if (await prepareCluster(folder, programs, context.secrets.postgresSuperuserPassword)) {
    context.onProgress('made an empty database');
  }
  await clearOrphan(folder);
  return startOnFreePort(context.registry, 'postgres', async (port) => {
    const settings = Object.entries({ ...SETTINGS, port: String(port) }).flatMap(([name, value]) => [
      '-c',
      `${name}=${value}`,
    ]);
    const launch = programs.launch(programs.postgres, ['-D', folder, ...settings]);
    const server = await superviseProcess({
      name: 'postgres',
      file: launch.file,
      args: launch.args,
      options: { ...launch.options, env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' } },
      logFile: join(context.dataFolder, 'logs', 'postgres.log'),
      isReady: (pid) => saysReady(folder, pid),
      readyWithinMs: 60_000, // After a crash it first replays its log.
      stopSignal: 'SIGINT',
      registry: context.registry,
      onProgress: context.onProgress,
      beforeRestart: () => clearOrphan(folder),
      explain: (log) => /(?:FATAL|PANIC): +(.*)/.exec(log)?.[1],
    });
    try {
      return { url: await ensureDatabase(context, port), owned: true, stop: server.stop };
    } catch (error) {
      await server.stop();
      throw error;
    }
  });
}

async function ensureDatabase(context: PartContext, port: number): Promise<string> {
  const { migrationPassword, postgresSuperuserPassword } = context.secrets;
  const url = `postgres://${ROLE}:${migrationPassword}@127.0.0.1:${port}/${DATABASE}`;
  if (await canLogIn(url)) return url;
  const superuser = `postgres://postgres:${postgresSuperuserPassword}@127.0.0.1:${port}/postgres`;
  try {
    await withClient(superuser, async (client) => {
      const known = await client.query('select from pg_roles where rolname = $1', [ROLE]);
      const verb = known.rowCount === 0 ? 'create' : 'alter';
      const password = client.escapeLiteral(migrationPassword);
      await client.query(
        `${verb} role ${ROLE} with login createrole createdb nosuperuser nobypassrls password ${password}`,
      );
      const database = await client.query('select from pg_database where datname = $1', [DATABASE]);
      if (database.rowCount === 0) await client.query(`create database ${DATABASE} owner ${ROLE}`);
    });
  } catch (error) {
    throw new PartFailure(
      `the database refuses the passwords of secrets.json in ${context.dataFolder} (${(error as Error).message}): restore that file, or start with --fresh`,
    );
  }
  return url;
}

async function canLogIn(url: string): Promise<boolean> {
  try {
    await withClient(url, async () => {});
    return true;
  } catch {
    return false;
  }
}

async function useOwn(url: string): Promise<RunningPart> {
  const version = await withClient(url, async (client) => {
    const { rows } = await client.query<{ version: string }>(`select current_setting('server_version_num') as version`);
    return Number(rows[0]?.version ?? 0);
  }).catch((error: Error) => {
    throw new PartFailure(`the database at UNDERSTUDY_DATABASE_URL does not answer: ${error.message}`);
  });
  if (version < 160_000) throw new PartFailure('the database at UNDERSTUDY_DATABASE_URL must be Postgres 16 or newer');
  return foreignPart(url);
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => {}); // A lost connection also rejects the statement that was running.
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
