import { execFile } from 'node:child_process';
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { PartFailure } from './part-failure.ts';
import type { PostgresPrograms } from './postgres-programs.ts';
import { endProcess, identify } from './process-identity.ts';

const run = promisify(execFile);

/**
 * Makes the data folder where there is none. It is built beside its place and moved there whole, so that a start
 * that was killed half-way leaves no half a database.
 * @throws PartFailure when the folder is another version's, or is none of Postgres's
 */
export async function prepareCluster(folder: string, programs: PostgresPrograms, password: string): Promise<boolean> {
  if (existsSync(folder)) {
    checkVersion(folder, programs);
    return false;
  }
  const draft = `${folder}.new`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true, mode: 0o700 });
  const passwordFile = join(dirname(folder), 'postgres.password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  try {
    if (programs.owner !== undefined) {
      for (const path of [draft, passwordFile]) chownSync(path, programs.owner.uid, programs.owner.gid);
    }
    const { file, args, options } = programs.launch(programs.initdb, [
      `--pgdata=${draft}`,
      '--username=postgres',
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--locale=C',
      '--no-instructions',
    ]);
    await run(file, args, { ...options, env: { ...process.env, LC_ALL: 'C' } });
  } catch (error) {
    const text = String((error as { stderr?: string }).stderr ?? error).trim();
    throw new PartFailure(`Postgres cannot make its data folder ${folder}: ${text.split('\n').at(-1)}`);
  } finally {
    rmSync(passwordFile, { force: true });
  }
  renameSync(draft, folder);
  return true;
}

function checkVersion(folder: string, programs: PostgresPrograms): void {
  let version: string;
  try {
    version = readFileSync(join(folder, 'PG_VERSION'), 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EACCES') {
      throw new PartFailure(`${folder} belongs to another user: start as that one, or set UNDERSTUDY_DATA`);
    }
    throw new PartFailure(`${folder} is damaged: restore it, or start with --fresh to begin with empty data`);
  }
  if (version === programs.major) return;
  throw new PartFailure(
    `${folder} was made by Postgres ${version}, this is ${programs.major}: start with --fresh to begin with empty data`,
  );
}

/**
 * Ends the server that a killed parent left on this very data folder, and takes away a pid file that Postgres would
 * refuse to start because of: its number has since been given to another program, or belongs to a killed server that
 * nobody has collected yet (a zombie).
 */
export async function clearOrphan(folder: string): Promise<void> {
  const pidFile = join(folder, 'postmaster.pid');
  const pid = Number.parseInt(readIfThere(pidFile).split('\n')[0] ?? '', 10);
  if (Number.isNaN(pid)) return;
  const server = identify(pid);
  if (server !== undefined && worksIn(pid, folder)) await endProcess(server, 'SIGINT', 15_000);
  // A server that was killed leaves its sessions behind for a moment; they still write to the shared memory.
  const left = processesIn(folder);
  await Promise.all(left.map((process) => endProcess(process, 'SIGTERM', 5_000)));
  if (isTaken(pid) && !worksIn(pid, folder)) rmSync(pidFile, { force: true });
}

/** Whether the server with this pid says that it takes connections, as `pg_ctl --wait` finds out. */
export function saysReady(folder: string, pid: number): boolean {
  const lines = readIfThere(join(folder, 'postmaster.pid')).split('\n');
  return Number(lines[0]) === pid && lines[7]?.trim() === 'ready';
}

// As Postgres asks it: a zombie still has its number.
function isTaken(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

// A Postgres process has its data folder as its working directory.
function worksIn(pid: number, folder: string): boolean {
  if (process.platform !== 'linux') return identify(pid) !== undefined;
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === folder;
  } catch {
    return false;
  }
}

function processesIn(folder: string) {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && worksIn(pid, folder))
    .map(identify)
    .filter((found) => found !== undefined);
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
