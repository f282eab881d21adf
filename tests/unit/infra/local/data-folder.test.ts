import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { emptyDataFolder, takeDataFolder } from '../../../../infra/local/data-folder.ts';
import { HostError } from '../../../../infra/local/host-error.ts';
import { identify } from '../../../../infra/local/parts/process-identity.ts';

let path: string;

beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'understudy-data-'));
});
afterEach(() => rm(path, { recursive: true, force: true }));

describe('the data folder', () => {
  test('is made when it is missing, and given free again', async () => {
    const folder = await takeDataFolder(join(path, 'new', 'one'));

    await folder.release();

    expect(await readdir(join(path, 'new', 'one'))).toEqual([]);
  });

  test.runIf(existsSync('/proc/self'))('is refused in one line where no folder can be made', async () => {
    await expect(takeDataFolder('/proc/understudy/data')).rejects.toThrow(
      /^the data folder \/proc\/understudy\/data cannot be used: ENOENT/,
    );
  });

  test('is made for its owner alone: it will hold documents and mail', async () => {
    const folder = await takeDataFolder(join(path, 'new'));

    expect((await stat(folder.path)).mode & 0o777).toBe(0o700);
  });

  test('that cannot be one is refused in one line', async () => {
    await writeFile(join(path, 'file'), '');

    const taking = takeDataFolder(join(path, 'file', 'folder'));

    await expect(taking).rejects.toThrow(HostError);
    await expect(taking).rejects.toThrow(/^the data folder .*file.folder cannot be used: [^\n]+$/);
  });

  test('is refused while another live process has it', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    await once(child, 'spawn');
    await writeFile(join(path, 'host.lock'), JSON.stringify(identify(child.pid ?? 0)));

    await expect(takeDataFolder(path)).rejects.toThrow(new RegExp(`process ${child.pid}`));

    child.kill('SIGKILL');
  });

  test.each([
    ['of a process that is gone', JSON.stringify({ pid: 2 ** 22 + 1, startedAt: '1' })],
    ['of a number that another process has now', JSON.stringify({ pid: process.pid, startedAt: 'long ago' })],
    ['that was cut short', '{"pi'],
  ])('takes over a lock %s', async (_, content) => {
    await writeFile(join(path, 'host.lock'), content);

    await takeDataFolder(path);

    expect(JSON.parse(await readFile(join(path, 'host.lock'), 'utf8'))).toEqual(identify(process.pid));
  });

  test('is emptied of what hosts make and of nothing else', async () => {
    const folder = await takeDataFolder(path);
    await mkdir(join(path, 'postgres'));
    await writeFile(join(path, 'secrets.json'), '{}');
    await writeFile(join(path, 'thesis.txt'), 'years of work');

    await emptyDataFolder(folder);

    expect((await readdir(path)).sort()).toEqual(['host.lock', 'thesis.txt']);
    expect(existsSync(join(path, 'postgres'))).toBe(false);
  });
});
