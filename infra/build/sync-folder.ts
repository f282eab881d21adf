import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Paths relative to a folder, with forward slashes, and what stands in them. */
export type FolderContent = ReadonlyMap<string, Uint8Array>;

/**
 * Makes `folder` hold exactly `content`. A file is replaced in one step and only when it differs, so that whoever
 * reads the folder meanwhile (another host on the same tree) never meets half a file.
 */
export async function syncFolder(folder: string, content: FolderContent): Promise<void> {
  await mkdir(folder, { recursive: true });
  const present = await listFiles(folder);
  await Promise.all([...content].map(([path, bytes]) => writeIfDifferent(join(folder, path), bytes)));
  await Promise.all(
    present.filter((path) => !content.has(path)).map((path) => rm(join(folder, path), { force: true })),
  );
}

/** Every file below `folder`; an empty list where the folder is missing. */
export async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    },
  );
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length).replaceAll('\\', '/').replace(/^\/+/, ''))
    .sort();
}

/** `only` keeps the files whose path it accepts. */
export async function readFolder(folder: string, only: (path: string) => boolean = () => true): Promise<FolderContent> {
  const paths = (await listFiles(folder)).filter(only);
  return new Map(await Promise.all(paths.map(async (path) => [path, await readFile(join(folder, path))] as const)));
}

export async function writeIfDifferent(path: string, bytes: Uint8Array): Promise<void> {
  const before = await readFile(path).catch(() => undefined);
  if (before?.equals(bytes)) return;
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${randomUUID()}.draft`;
  await writeFile(draft, bytes);
  await rename(draft, path);
}
