// Brings everything that the lock file names, so that `npm start` and `npm test` work straight after a clone.
// Plain Node 20 and nothing but its own modules: it runs before anything is installed.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withInstallLock } from './install-lock.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const legacyChroma = join(root, 'infra', 'local', 'parts', 'chroma-legacy-binding');
const started = Date.now();
const lock = join(root, '.build', 'install.lock');
const say = (line) => console.log(`[install] ${line}`);

class InstallError extends Error {}

/** Each folder with a lock file of its own; `needed` is asked before, `check` after its packages are in place. */
const installs = [
  { folder: root, what: 'packages', needed: () => true, check: checkNode },
  {
    folder: legacyChroma,
    what: 'older Chroma server (this machine has a C library before 2.38; about 110 MB, once)',
    needed: () => !process.env.UNDERSTUDY_CHROMA_URL && isOldGlibc(),
    check: () => {},
  },
];

try {
  for (const install of installs.filter(({ needed }) => needed())) {
    if (!isComplete(install.folder)) {
      await withInstallLock(
        lock,
        () => say('another install is under way; waiting for it'),
        (alsoHeldBy) => isComplete(install.folder) || bringIn(install, alsoHeldBy),
      );
    }
    install.check();
  }
} catch (error) {
  if (!(error instanceof InstallError)) throw error;
  console.error(`[install] ${error.message}`);
  process.exitCode = 1;
}

/** The stamp is written last, so a half-finished install has none. It names the platform: a copied folder may differ. */
function stampOf(folder) {
  const wanted = readFileSync(join(folder, 'package-lock.json'));
  return `${createHash('sha256').update(wanted).digest('hex')} ${process.platform}-${process.arch}\n`;
}

function stampFile(folder) {
  return join(folder, 'node_modules', '.understudy-lock');
}

function isComplete(folder) {
  const stamp = stampOf(folder);
  if (readIfThere(stampFile(folder)) === stamp) return true;
  if (!matchesLock(folder)) return false;
  writeFileSync(stampFile(folder), stamp);
  return true;
}

/** Whether npm itself, run by hand, has put in place exactly what the lock file names; it notes that when it is through. */
function matchesLock(folder) {
  const installed = parse(readIfThere(join(folder, 'node_modules', '.package-lock.json')))?.packages;
  const wanted = parse(readIfThere(join(folder, 'package-lock.json')))?.packages;
  if (installed === undefined || wanted === undefined) return false;
  const same = (path) => installed[path]?.version === wanted[path]?.version;
  return (
    Object.keys(installed).every(same) &&
    Object.entries(wanted).every(([path, { optional }]) => path === '' || optional || same(path))
  );
}

async function bringIn({ folder, what }, alsoHeldBy) {
  say(`bringing in the ${what}`);
  rmSync(stampFile(folder), { force: true });
  const code = await npm(
    ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'],
    folder,
    alsoHeldBy,
  );
  if (code !== 0) throw new InstallError(`npm ci failed in ${folder}; its own message stands above`);
  writeFileSync(stampFile(folder), stampOf(folder));
  say(`done after ${Math.round((Date.now() - started) / 1000)} s`);
}

/** npm, run by the Node that npm runs on: the one in node_modules is about to be removed. */
function npm(args, cwd, alsoHeldBy) {
  const { npm_execpath: cli, npm_node_execpath: node } = process.env;
  const [file, ...before] = cli?.endsWith('.js') ? [node ?? process.execPath, cli] : ['npm'];
  const child = spawn(file, [...before, ...args], { cwd, stdio: ['ignore', 'inherit', 'inherit'], env: npmEnv() });
  if (child.pid !== undefined) alsoHeldBy(child.pid);
  const ticks = setInterval(() => say(`still at it (${Math.round((Date.now() - started) / 1000)} s)`), 10_000);
  const endWithUs = (signal) => child.kill(signal);
  process.once('SIGINT', endWithUs).once('SIGTERM', endWithUs);
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new InstallError(`npm cannot be run: ${error.message}`)));
    child.once('close', resolve);
  }).finally(() => {
    clearInterval(ticks);
    process.off('SIGINT', endWithUs).off('SIGTERM', endWithUs);
  });
}

/** What `npm start` and `npm test` set for their own scripts must not reach another npm: it would think it runs there. */
function npmEnv() {
  const own = /^npm_(lifecycle|package|command|config_local_prefix|execpath|node_execpath)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)));
}

/** The scripts run on the Node that package.json pins. Its binary comes by an install script, which npm may be told to leave out. */
function checkNode() {
  const wanted = parse(readIfThere(join(root, 'package.json')))?.devDependencies?.node;
  const program = join(root, 'node_modules', '.bin', 'node');
  if (!existsSync(program)) {
    throw new InstallError(
      `Node ${wanted} is missing in node_modules: delete that folder and start again (npm must not be told to ignore install scripts)`,
    );
  }
  const found = spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout?.trim();
  if (found === `v${wanted}`) return;
  throw new InstallError(
    `node_modules/.bin/node is ${found || 'not runnable here'}, but package.json pins ${wanted}: delete node_modules and start again`,
  );
}

/** The newest Chroma server wants glibc 2.38. Only Linux on x64 has an older one to fall back on. */
function isOldGlibc() {
  if (process.platform !== 'linux' || process.arch !== 'x64') return false;
  process.report.excludeNetwork = true;
  const version = process.report.getReport().header.glibcVersionRuntime;
  const [major = 0, minor = 0] = (version ?? '').split('.').map(Number);
  return version !== undefined && (major < 2 || (major === 2 && minor < 38));
}

function readIfThere(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function parse(text) {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
