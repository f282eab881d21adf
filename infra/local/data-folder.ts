import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HostError } from './host-error.ts';
import { identify, isRunning, type ProcessIdentity } from './parts/process-identity.ts';

/** The folder in which one host keeps everything. Held by a lock file while the host lives. */
export interface DataFolder {
  readonly path: string;
  release(): Promise<void>;
}

const LOCK = 'host.lock';
/** Says that the folder is a host's, so that `--fresh` never empties another one. */
const MARK = '.understudy-data';

/**
 * Takes the folder for this process. The lock of a killed run is taken over.
 *
 * @throws HostError when a live host has it, or when it holds something that no host put there
 */
export async function takeDataFolder(path: string): Promise<DataFolder> {
  await mkdir(path, { recursive: true });
  await requireOwnFolder(path);
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

/** Empties the folder of everything but the lock. */
export async function emptyDataFolder(folder: DataFolder): Promise<void> {
  const kept = new Set([LOCK, MARK]);
  const names = await readdir(folder.path);
  await Promise.all(
    names
      .filter((name) => !kept.has(name))
      .map((name) => rm(join(folder.path, name), { recursive: true, force: true })),
  );
}

async function requireOwnFolder(path: string): Promise<void> {
  if (existsSync(join(path, MARK))) return;
  const names = await readdir(path);
  if (names.length > 0) throw new HostError(`the folder ${path} is not empty and was not made by Understudy`);
  await writeFile(join(path, MARK), 'Everything in this folder belongs to a local host of Understudy.\n');
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
  // Moved aside first: of two starts that meet the same stale lock only one gets to remove it.
  const aside = `${lockPath}.${randomUUID()}`;
  await rename(lockPath, aside).catch(() => {});
  await rm(aside, { force: true });
}

function parseLock(text: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(text) as ProcessIdentity;
  } catch {
    return undefined; // A run that was killed while it wrote the lock.
  }
}
