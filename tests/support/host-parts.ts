import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunningHost } from './running-host.ts';

/** The parts that a local host runs as processes of their own, by the names of its `parts.json`. */
export const HOST_PARTS = ['redis', 'chroma', 'postgres', 'offline-model'] as const;
export type HostPart = (typeof HOST_PARTS)[number];

function partPids({ dataFolder }: RunningHost): Readonly<Record<string, { readonly pid: number }>> {
  return JSON.parse(readFileSync(join(dataFolder, 'parts.json'), 'utf8')).children;
}

/** The process that a part runs as. */
export function pidOf(host: RunningHost, part: HostPart): number {
  const pid = partPids(host)[part]?.pid;
  if (pid === undefined) throw new Error(`${part} does not run`);
  return pid;
}

/** Ends a part as a crash would; the host starts it again. */
export function killPart(host: RunningHost, part: HostPart): void {
  process.kill(pidOf(host, part), 'SIGKILL');
}

/** The host and all its parts at once, as when the power fails. */
export async function cutPower(host: RunningHost): Promise<void> {
  const parts = Object.values(partPids(host));
  const ended = host.kill();
  for (const { pid } of parts) process.kill(pid, 'SIGKILL');
  await ended;
}

/**
 * A part that still listens and says nothing, as a host that hangs; Postgres with all its backends.
 * Returns what lets it go on.
 */
export function freezePart(host: RunningHost, part: HostPart): () => void {
  const pid = pidOf(host, part);
  const backends = part === 'postgres' ? childrenOf(pid) : [];
  const frozen = [pid, ...backends];
  for (const each of frozen) process.kill(each, 'SIGSTOP');
  return () => {
    for (const each of frozen.splice(0)) goOn(each);
  };
}

function goOn(pid: number): void {
  try {
    process.kill(pid, 'SIGCONT');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // It was ended meanwhile.
  }
}

function childrenOf(pid: number): number[] {
  const listed = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  const pairs = listed
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  return pairs.flatMap(([child, parent]) => (child !== undefined && parent === pid ? [child] : []));
}
