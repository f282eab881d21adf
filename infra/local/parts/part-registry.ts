import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PartFailure } from './part-failure.ts';
import { endProcess, identify, isRunning, type ProcessIdentity } from './process-identity.ts';

interface Record_ {
  owner?: ProcessIdentity;
  children: Record<string, ProcessIdentity>;
  ports: Record<string, number>;
}

/**
 * What runs on a data folder, kept in its `parts.json`: who started the parts, their processes, and the ports they
 * were given. It lets the next start end what a killed one left behind, and keeps addresses stable.
 */
export interface PartRegistry {
  /** The port that this part had last time. */
  port(part: string): number | undefined;
  rememberPort(part: string, port: number): void;
  childStarted(part: string, pid: number): void;
  childEnded(part: string): void;
  /** Gives the folder free. Ports stay remembered. */
  release(): void;
}

/**
 * Takes the data folder for this process and ends the parts that a killed owner left running.
 * @throws PartFailure when another living process owns it
 */
export async function openPartRegistry(dataFolder: string): Promise<PartRegistry> {
  mkdirSync(dataFolder, { recursive: true });
  const file = join(dataFolder, 'parts.json');
  const state = read(file);
  refuseLivingOwner(state, dataFolder);
  await Promise.all(
    Object.values(state.children)
      .filter(isRunning)
      .map((child) => endProcess(child, 'SIGINT', 10_000)),
  );
  state.children = {};
  state.owner = identify(process.pid);
  const save = () => write(file, state);
  save();
  return {
    port: (part) => state.ports[part],
    rememberPort(part, port) {
      state.ports[part] = port;
      save();
    },
    childStarted(part, pid) {
      const child = identify(pid);
      if (child === undefined) return;
      state.children[part] = child;
      save();
    },
    childEnded(part) {
      delete state.children[part];
      save();
    },
    release() {
      delete state.owner;
      save();
    },
  };
}

function refuseLivingOwner(state: Record_, dataFolder: string): void {
  if (state.owner === undefined || !isRunning(state.owner)) return;
  throw new PartFailure(
    `${dataFolder} is in use by process ${state.owner.pid}: stop it, or set UNDERSTUDY_DATA to another folder`,
  );
}

function read(file: string): Record_ {
  try {
    const { owner, children = {}, ports = {} } = JSON.parse(readFileSync(file, 'utf8')) as Partial<Record_>;
    return owner === undefined ? { children, ports } : { owner, children, ports };
  } catch {
    return { children: {}, ports: {} }; // Missing, or cut short by a full disk: it only speeds things up.
  }
}

function write(file: string, state: Record_): void {
  const draft = `${file}.${process.pid}`;
  try {
    writeFileSync(draft, `${JSON.stringify(state, undefined, 2)}\n`);
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    // The folder may have been removed under a running host; that must not stop it from stopping.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw new PartFailure(`the data folder cannot be written: ${(error as Error).message}`);
  }
}
