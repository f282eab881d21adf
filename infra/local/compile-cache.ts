import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Where Node keeps what it has compiled: each process and thread that finds its modules there starts sooner, and does
 * without the 10 to 20 MB that taking the types off TypeScript costs. Found by content, so it is never stale.
 */
export const COMPILE_CACHE = fileURLToPath(new URL('../../.build/compile-cache', import.meta.url));

/** For the environment of Node programs and threads that the host starts. */
export const COMPILE_CACHE_ENV = { NODE_COMPILE_CACHE: COMPILE_CACHE };

const KEPT_MS = 60 * 60_000;

/** Node never removes anything from it: after a build, what is of earlier ones goes. Whoever misses it compiles anew. */
export async function thinCompileCache(folder: string = COMPILE_CACHE, keptMs: number = KEPT_MS): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  await Promise.all(
    files.map(async (file) => {
      const { mtimeMs } = await stat(file);
      if (mtimeMs < Date.now() - keptMs) await rm(file, { force: true });
    }),
  ).catch(() => {}); // Another host was faster.
}
