// One install at a time. Plain Node 20: it runs before anything is installed.
import { appendFileSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Runs `work` while holding the lock file; waits while a living process holds it, takes over from a dead one.
 * `work` gets a function that names another process as a holder: an npm that outlives a killed installer still
 * works on the folder.
 */
export async function withInstallLock(file, onWait, work) {
  mkdirSync(dirname(file), { recursive: true });
  for (let told = false; !take(file); told = true) {
    if (!told) onWait();
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  const giveBack = () => rmSync(file, { force: true });
  process.once('exit', giveBack);
  try {
    return await work((pid) => appendFileSync(file, `${pid}\n`));
  } finally {
    process.off('exit', giveBack);
    giveBack();
  }
}

function take(file) {
  try {
    writeFileSync(file, `${process.pid}\n`, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  const text = read(file);
  const holders = text.split('\n').map(Number);
  const age = Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
  // An empty lock is being written just now, or was left by a process that was killed in that very moment.
  const isStale = text === '' ? age > 5_000 : !holders.some(isAlive) || age > 30 * 60_000;
  if (isStale) removeStale(file, text);
  return false;
}

/** Of two that find the same stale lock, the slower must not remove the one that the faster has taken since. */
function removeStale(file, text) {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return; // The other one was faster.
  }
  if (read(aside) === text) rmSync(aside, { force: true });
  else renameSync(aside, file);
}

function isAlive(pid) {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
