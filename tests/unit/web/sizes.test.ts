import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildWeb, type WebManifest } from '../../../web/build.ts';

/** In bytes, gzipped: what the test programme allows (C13). */
const LIMITS = { loader: 5 * 1024, app: 45 * 1024 };

let folder: string;
let manifest: WebManifest;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'understudy-sizes-'));
  manifest = await buildWeb(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test.each(['loader', 'app'] as const)('the %s is no larger than it may be', async (name) => {
  const code = await readFile(join(folder, manifest[name].path));

  const gzipped = gzipSync(code, { level: 9 }).byteLength;

  expect(gzipped).toBeLessThanOrEqual(LIMITS[name]);
  expect(gzipped).toBeGreaterThan(1_000);
});

test('the words of the panel are not in the loader', async () => {
  const code = await readFile(join(folder, manifest.loader.path), 'utf8');

  expect(code).toContain('Ask a question');
  expect(code).not.toContain('Looking it up');
});
