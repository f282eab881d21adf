import { existsSync, readFileSync } from 'node:fs';
import { access, constants, stat, statfs } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import * as z from 'zod';
import { accepts } from '../local/parts/loopback-port.ts';
import { type Finding, fail, look, ok, warn } from './finding.ts';

const Manifest = z.object({ devDependencies: z.object({ node: z.string() }) });
const Lock = z.object({
  packages: z.record(z.string(), z.object({ version: z.string().optional(), optional: z.boolean().optional() })),
});
const LEAST_DISK_GB = 1;
const GOOD_DISK_GB = 5;

export function checkNode(root: string, version: string): Finding {
  const { devDependencies } = Manifest.parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
  if (version === devDependencies.node) return ok('node', version);
  return fail('node', `${version} runs, ${devDependencies.node} is wanted: run npm ci, and start by npm scripts`);
}

/** Compares what npm says it installed with the lock file; packages of other platforms are rightly missing. */
export function checkPackages(root: string): Finding {
  const read = (file: string) => Lock.parse(JSON.parse(readFileSync(join(root, file), 'utf8'))).packages;
  const installedFile = 'node_modules/.package-lock.json';
  if (!existsSync(join(root, installedFile))) return fail('packages', 'nothing is installed: run npm ci');
  const [wanted, installed] = [read('package-lock.json'), read(installedFile)];
  const wrong = Object.entries(wanted).filter(([path, { version, optional }]) => {
    if (path === '') return false;
    return path in installed ? installed[path]?.version !== version : !optional;
  });
  const name = (path: string) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
  if (wrong.length === 0) return ok('packages', `${Object.keys(installed).length} as the lock file has them`);
  const some = wrong.slice(0, 3).map(([path]) => name(path));
  return fail('packages', `${wrong.length} differ from the lock file (${some.join(', ')}): run npm ci`);
}

export function checkDataFolder(folder: string): Promise<Finding> {
  return look('data folder', 'set UNDERSTUDY_DATA to a folder that you may write to', async () => {
    const present = nearestFolder(folder);
    if (!(await stat(present)).isDirectory()) throw new Error(`${present} is no folder`);
    await access(present, constants.W_OK | constants.X_OK);
    return ok('data folder', present === resolve(folder) ? present : `${resolve(folder)} will be made`);
  });
}

export function checkDisk(folder: string): Promise<Finding> {
  return look('disk', 'the data folder lies on a disk that cannot be asked', async () => {
    const { bavail, bsize } = await statfs(nearestFolder(folder));
    const free = (bavail * bsize) / 1024 ** 3;
    const line = `${free.toFixed(1)} GB free`;
    if (free < LEAST_DISK_GB) return fail('disk', `${line}: Postgres and the index need ${LEAST_DISK_GB} GB at least`);
    return free < GOOD_DISK_GB ? warn('disk', `${line}: uploads will fill it`) : ok('disk', line);
  });
}

/** For a host that does not run: whether it could listen. */
export async function checkPort(wanted: string): Promise<Finding> {
  const port = Number(wanted);
  if (!/^\d{1,5}$/.test(wanted) || port > 65_535) return fail('port', `${wanted} is no port: mend PORT`);
  if (!(await accepts('127.0.0.1', port, 1_000))) return ok('port', `${port} is free`);
  return fail('port', `${port} is taken by another program: end it, or set PORT`);
}

function nearestFolder(path: string): string {
  const absolute = resolve(path);
  return existsSync(absolute) ? absolute : nearestFolder(dirname(absolute));
}
