import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { thinCompileCache } from '../../../../infra/local/compile-cache.ts';

test('what was compiled for earlier builds goes, and the rest stays', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'understudy-cache-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await mkdir(join(folder, 'v24'));
  await writeFile(join(folder, 'v24', 'new'), '');
  await writeFile(join(folder, 'v24', 'old'), '');
  const then = new Date(Date.now() - 10_000);
  await utimes(join(folder, 'v24', 'old'), then, then);

  await thinCompileCache(folder, 5_000);

  expect(await readdir(join(folder, 'v24'))).toEqual(['new']);
});

test('a cache that is not there yet is no fault', async () => {
  await expect(thinCompileCache(join(tmpdir(), 'understudy-no-such-folder'))).resolves.toBeUndefined();
});
