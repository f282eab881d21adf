import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readJsonIfWhole, writeWhole } from '../../../../infra/local/whole-file.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'understudy-whole-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('what was written is there, for its owner alone, and no draft beside it', async () => {
  await writeWhole(join(folder, 'notes.json'), '{"a":1}');
  await writeWhole(join(folder, 'notes.json'), '{"a":2}');

  expect(await readJsonIfWhole(join(folder, 'notes.json'))).toEqual({ a: 2 });
  expect((await stat(join(folder, 'notes.json'))).mode & 0o777).toBe(0o600);
  expect(await readdir(folder)).toEqual(['notes.json']);
});

test.each(['', '{"a":', 'null and void'])('a file that was cut short (%j) counts as missing', async (text) => {
  await writeFile(join(folder, 'notes.json'), text);

  expect(await readJsonIfWhole(join(folder, 'notes.json'))).toBeUndefined();
});
