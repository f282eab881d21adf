import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { COMPILE_CACHE_ENV, thinCompileCache } from './compile-cache.ts';
import { HostError } from './host-error.ts';

const PROJECT_ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const STACK_ID = 'ServiceStack';

/** Everything that a built function or the template can depend on. */
const SOURCES = [
  'cdk.json',
  'functions',
  'infra/app.ts',
  'infra/build',
  'infra/config.ts',
  'infra/constructs',
  'infra/services',
  'infra/stacks',
  'infra/synthesize.ts',
  'layers',
  'migrations',
  'package-lock.json',
  'shared',
  'tsconfig.json',
  'web',
];

const ASSEMBLIES = join(PROJECT_ROOT, '.build', 'assemblies');
const KEPT_ASSEMBLIES = 6;

/**
 * The folder with the synthesised stack and its assets. It is built in a process of its own, and only when a source
 * changed: a folder is never changed once it is there, so hosts that are running keep theirs.
 *
 * @throws HostError when the build or the synthesis fails, with what it said; the signal's reason when it is given up
 */
export async function ensureAssembly(onProgress: (message: string) => void, signal?: AbortSignal): Promise<string> {
  const startedAt = performance.now();
  const folder = join(ASSEMBLIES, await hashOfSources());
  if (existsSync(join(folder, `${STACK_ID}.template.json`))) {
    const now = new Date();
    await utimes(folder, now, now).catch(() => {}); // Somebody else's, who may only be read.
    onProgress('unchanged since the last start');
    return folder;
  }
  onProgress('building the functions and the stack');
  const draft = `${folder}.${randomUUID()}.draft`;
  await mkdir(ASSEMBLIES, { recursive: true });
  await synthesise(draft, signal);
  // Another host on the same tree may have been first; its folder has the same content.
  await rename(draft, folder).catch(() => rm(draft, { recursive: true, force: true }));
  await Promise.all([removeOldAssemblies(), thinCompileCache()]);
  onProgress(`built in ${((performance.now() - startedAt) / 1_000).toFixed(1)} s`);
  return folder;
}

async function hashOfSources(): Promise<string> {
  const hash = createHash('sha256').update(process.version);
  for (const source of SOURCES) await addToHash(hash, source);
  return hash.digest('hex').slice(0, 20);
}

async function addToHash(hash: ReturnType<typeof createHash>, path: string): Promise<void> {
  const absolute = join(PROJECT_ROOT, path);
  const kind = await stat(absolute).catch(() => undefined);
  if (kind?.isFile()) hash.update(`${path}\0`).update(await readFile(absolute));
  if (!kind?.isDirectory()) return;
  for (const name of (await readdir(absolute)).sort()) {
    if (name !== 'node_modules' && !name.startsWith('.')) await addToHash(hash, `${path}/${name}`);
  }
}

async function synthesise(outFolder: string, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  const child = spawn(process.execPath, ['infra/app.ts', outFolder], {
    cwd: PROJECT_ROOT,
    env: { ...process.env, ...COMPILE_CACHE_ENV },
    stdio: ['ignore', 'ignore', 'pipe'],
    // Nothing is lost: what it writes counts when it is whole only.
    ...(signal && { signal, killSignal: 'SIGKILL' }),
  });
  let said = '';
  child.stderr.on('data', (bytes: Buffer) => {
    said = (said + bytes.toString('utf8')).slice(-8_000);
  });
  const code = await new Promise<number | null>((resolve) => {
    child.on('close', resolve);
    child.on('error', () => resolve(-1));
  });
  if (code === 0) return;
  await rm(outFolder, { recursive: true, force: true });
  signal?.throwIfAborted();
  throw new HostError(`the stack could not be built\n${said.trim()}`);
}

async function removeOldAssemblies(): Promise<void> {
  const names = await readdir(ASSEMBLIES);
  const dated = await Promise.all(
    names.map(async (name) => ({
      name,
      at: (await stat(join(ASSEMBLIES, name)).catch(() => undefined))?.mtimeMs ?? 0,
    })),
  );
  const old = dated.sort((a, b) => b.at - a.at).slice(KEPT_ASSEMBLIES);
  await Promise.all(old.map(({ name }) => rm(join(ASSEMBLIES, name), { recursive: true, force: true })));
}
