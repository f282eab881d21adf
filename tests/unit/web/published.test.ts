import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildWeb, type WebManifest } from '../../../web/build.ts';

const PUBLISHED = fileURLToPath(new URL('../../../web/published/', import.meta.url));

let folder: string;
let manifest: WebManifest;
let published: string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'understudy-published-'));
  manifest = await buildWeb(folder);
  published = await readdir(PUBLISHED);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('the loader that embed codes name is kept for the pages that will pin it (node web/publish-loader.ts does that)', () => {
  expect(published).toContain(basename(manifest.loader.path));
});

test('a published loader is never changed: its name says what is in it', async () => {
  for (const name of published) {
    const hash = createHash('sha256')
      .update(await readFile(join(PUBLISHED, name)))
      .digest('hex');

    expect(name).toBe(`loader-${hash.slice(0, 12)}.js`);
  }
});

test('every published loader is served at the address that pages have', async () => {
  const served = await readdir(join(folder, 'widget/v1'));

  expect(served).toEqual(expect.arrayContaining(published));
});
