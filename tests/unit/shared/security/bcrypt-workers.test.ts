import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, describe, expect, it } from 'vitest';
import { openBcryptWorkers } from '../../../../shared/security/bcrypt-workers.ts';
import { PROJECT_ROOT } from '../../../support/module-graph.ts';

const workers = openBcryptWorkers({ size: 2 });
afterAll(() => workers.close());

describe('bcrypt in threads', () => {
  it('does many jobs with few threads, each with its own answer', async () => {
    const hashes = await Promise.all(['one', 'two', 'three', 'four'].map((text) => workers.hash(text, 4)));

    const matches = await Promise.all(
      ['one', 'two', 'three', 'five'].map((text, i) => workers.compare(text, hashes[i] ?? '')),
    );

    expect(matches).toEqual([true, true, true, false]);
  });

  it('tells what went wrong, and goes on', async () => {
    await expect(workers.compare('text', 42 as never)).rejects.toThrow();

    expect(await workers.compare('text', await workers.hash('text', 4))).toBe(true);
  });

  it('leaves the event loop free', async () => {
    let longest = 0;
    let last = performance.now();
    const timer = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 1);

    const startedAt = performance.now();
    await workers.hash('text', 12);
    const took = performance.now() - startedAt;

    clearInterval(timer);
    expect(longest).toBeLessThan(took);
  });

  it('works inside one bundled file that stands alone, and lets the process end', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'understudy-bundle-'));
    const outfile = join(folder, 'index.mjs');
    await build({
      stdin: {
        contents: `import { openBcryptWorkers } from './shared/security/bcrypt-workers.ts';
          import { isMainThread } from 'node:worker_threads';
          if (isMainThread) {
            const workers = openBcryptWorkers({ size: 1 });
            console.log(await workers.compare('text', await workers.hash('text', 12)));
          }`,
        resolveDir: PROJECT_ROOT,
        loader: 'ts',
      },
      outfile,
      bundle: true,
      minify: true,
      format: 'esm',
      platform: 'node',
    });

    const { stdout } = await promisify(execFile)(process.execPath, [outfile], { cwd: folder, timeout: 20_000 });

    await rm(folder, { recursive: true });
    expect(stdout.trim()).toBe('true');
  });
});
