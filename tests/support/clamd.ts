import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { EICAR } from './safety/uploads/hostile-file.ts';
import { until } from './until.ts';

/** Where ClamAV's daemon is installed (Debian: the package clamav-daemon); undefined where it is not. */
export function findClamd(): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin', '/opt/homebrew/sbin'];
  return folders.map((folder) => join(folder, 'clamd')).find((path) => existsSync(path));
}

export interface RunningClamd {
  /** The path of its socket. */
  readonly socket: string;
  /** `host:port`. */
  readonly tcp: string;
  stop(): Promise<void>;
}

/** A daemon of its own with one signature, so that it needs no network and starts at once. */
export async function startClamd(
  program: string,
  port: number,
  settings: readonly string[] = [],
): Promise<RunningClamd> {
  const folder = await mkdtemp(join(tmpdir(), 'understudy-clamd-'));
  const socket = join(folder, 'clamd.sock');
  const signatures = join(folder, 'signatures');
  await mkdir(signatures);
  await writeFile(join(signatures, 'test.ndb'), `Eicar-Test-File:0:*:${Buffer.from(EICAR).toString('hex')}\n`);
  const lines = [
    ...['Foreground yes', 'LogFileMaxSize 0', 'AlertExceedsMax yes', 'AlertEncrypted yes', 'DisableCertCheck yes'],
    ...[`DatabaseDirectory ${signatures}`, `TemporaryDirectory ${folder}`, 'SelfCheck 0'],
    ...[`LocalSocket ${socket}`, 'TCPAddr 127.0.0.1', `TCPSocket ${port}`, ...settings],
  ];
  const config = join(folder, 'clamd.conf');
  await writeFile(config, `${lines.join('\n')}\n`);
  const child = spawn(program, ['--config-file', config], { stdio: ['ignore', 'pipe', 'pipe'] });
  let told = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => (told += bytes.toString()));
  await until('clamd listens', () => {
    if (child.exitCode !== null) throw new Error(`clamd ended: ${told.slice(-500)}`);
    return answers(socket);
  });
  return { socket, tcp: `127.0.0.1:${port}`, stop: () => stop(child, folder) };
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path }, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

async function stop(child: ChildProcess, folder: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  await rm(folder, { recursive: true, force: true });
}
