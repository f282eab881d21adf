import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { HostError } from './host-error.ts';
import { identify, isRunning, type ProcessIdentity } from './parts/process-identity.ts';

/** The folder in which one host keeps everything. Held by a lock file while the host lives. */
export interface DataFolder {
  readonly path: string;
  release(): Promise<void>;
}

const LOCK = 'host.lock';

/** Everything that a host and its parts make in the folder. `--fresh` removes just this, whatever else lies there. */
const OWN_ENTRIES = [
  'aws',
  'chroma',
  'chroma.yaml',
  'demo-session.json',
  'endpoints.json',
  'logs',
  'mail',
  'notified',
  'parts.json',
  'postgres',
  'redis',
  'schedules.json',
  'secrets.json',
  'tmp',
];

/**
 * Takes the folder for this process. The lock of a killed run is taken over. Where it is missing it is made, for its
 * owner alone: what creators upload and what visitors say will lie in it.
 *
 * @throws HostError when a live host has it, or it cannot be written to
 */
export async function takeDataFolder(path: string): Promise<DataFolder> {
  try {
    await makeFolder(path);
    return await lockFolder(path);
  } catch (error) {
    if (error instanceof HostError) throw error;
    throw new HostError(`the data folder ${path} cannot be used: ${(error as Error).message}`);
  }
}

/** Each folder by itself: Node's recursive one tries for ever where a file system takes no folders, such as /proc. */
async function makeFolder(path: string): Promise<void> {
  if (existsSync(path)) return;
  await makeFolder(dirname(path));
  await mkdir(path, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error; // Another start was faster.
  });
}

async function lockFolder(path: string): Promise<DataFolder> {
  const lockPath = join(path, LOCK);
  const mine = identify(process.pid);
  for (let attempt = 0; attempt < 5; attempt += 1) {
    if (await createLock(lockPath, mine)) {
      return { path, release: () => rm(lockPath, { force: true }) };
    }
    await removeStaleLock(lockPath, path);
  }
  throw new HostError(`the data folder ${path} could not be locked`);
}

/** Removes what hosts have made in the folder. */
export async function emptyDataFolder(folder: DataFolder): Promise<void> {
  await Promise.all(OWN_ENTRIES.map((name) => rm(join(folder.path, name), { recursive: true, force: true })));
}

async function createLock(lockPath: string, content: ProcessIdentity | undefined): Promise<boolean> {
  try {
    await writeFile(lockPath, JSON.stringify(content), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** @throws HostError when the lock's owner lives */
async function removeStaleLock(lockPath: string, folder: string): Promise<void> {
  const text = await readFile(lockPath, 'utf8').catch(() => undefined);
  if (text === undefined) return;
  const owner = parseLock(text);
  if (owner && isRunning(owner)) {
    throw new HostError(`another local host (process ${owner.pid}) is running on the data folder ${folder}`);
  }
  // Moved aside and looked at again: another start may have removed the stale lock and made its own meanwhile.
  const aside = `${lockPath}.${randomUUID()}`;
  await rename(lockPath, aside).catch(() => {});
  const moved = await readFile(aside, 'utf8').catch(() => text);
  if (moved !== text) await link(aside, lockPath).catch(() => {});
  await rm(aside, { force: true });
}

function parseLock(text: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(text) as ProcessIdentity;
  } catch {
    return undefined; // A run that was killed while it wrote the lock.
  }
}
