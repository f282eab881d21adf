import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listFiles, readFolder, syncFolder } from '../../../../infra/build/sync-folder.ts';

const content = (files: Record<string, string>) =>
  new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)]));

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'understudy-sync-'));
});

afterEach(() => rm(folder, { recursive: true }));

test('the folder holds exactly what it was given, and no draft', async () => {
  await syncFolder(folder, content({ 'a/one.mjs': '1', 'gone.mjs': '2' }));

  await syncFolder(folder, content({ 'a/one.mjs': '1', 'b/two.mjs': '3' }));

  expect(await listFiles(folder)).toEqual(['a/one.mjs', 'b/two.mjs']);
  expect((await readFolder(folder)).get('b/two.mjs')?.toString()).toBe('3');
});

test('what is unchanged is not written again', async () => {
  await syncFolder(folder, content({ 'one.mjs': '1', 'two.mjs': '2' }));
  const inodeOf = async (name: string) => (await stat(join(folder, name))).ino;
  const before = [await inodeOf('one.mjs'), await inodeOf('two.mjs')];

  await syncFolder(folder, content({ 'one.mjs': '1', 'two.mjs': 'changed' }));

  expect(await inodeOf('one.mjs')).toBe(before[0]);
  expect(await inodeOf('two.mjs')).not.toBe(before[1]);
});

test('writers at the same time leave whole files', async () => {
  const long = 'x'.repeat(2_000_000);

  await Promise.all([1, 2, 3, 4].map(() => syncFolder(folder, content({ 'index.mjs': long, 'meta.json': '{}' }))));

  expect(await listFiles(folder)).toEqual(['index.mjs', 'meta.json']);
  expect((await readFolder(folder)).get('index.mjs')?.length).toBe(long.length);
});

test('a folder that is missing has no files', async () => {
  expect(await listFiles(join(folder, 'nowhere'))).toEqual([]);
});
