import { access } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { beforeAll, expect, test } from 'vitest';
import { type Build, buildFunctions } from '../../../../infra/build/build-functions.ts';
import { FUNCTION_ENTRIES, PROJECT_ROOT } from '../../../../infra/build/function-entries.ts';
import { listFiles } from '../../../../infra/build/sync-folder.ts';

type Output = Metafile['outputs'][string];

let build: Build;

beforeAll(async () => {
  build = await buildFunctions({ folder: join(PROJECT_ROOT, '.build/test-build') });
});

function programs(): [string, Output][] {
  return Object.entries(build.metafile.outputs).filter(([path]) => path.endsWith('.mjs'));
}

function sizeOf(name: string): number {
  return build.metafile.outputs[`.build/functions/${name}/index.mjs`]?.bytes ?? Number.POSITIVE_INFINITY;
}

test.each(Object.keys(FUNCTION_ENTRIES))('%s is one module that exports its handler', async (name) => {
  await access(join(build.folder, 'functions', name, 'index.mjs'));

  expect(build.metafile.outputs[`.build/functions/${name}/index.mjs`]?.exports).toContain('handler');
});

test('what a program imports when it starts comes with Node', () => {
  const missing = programs().flatMap(([path, { imports }]) =>
    imports
      .filter(({ kind, path: imported }) => kind === 'import-statement' && !isBuiltin(imported))
      .map(({ path: imported }) => `${path} imports ${imported}`),
  );

  expect(missing).toEqual([]);
});

test('no function carries another service’s code, nor the stack’s', () => {
  const strangers = programs().flatMap(([path, { inputs }]) => {
    const [, service] = /functions\/(auth|hub|ai|channel)-/.exec(path) ?? [];
    const allowed = [`functions/${service}/`, 'shared/', 'node_modules/', 'layers/', 'silent:'];
    return Object.keys(inputs).filter((input) => !allowed.some((prefix) => input.startsWith(prefix)));
  });

  expect(strangers).toEqual([]);
});

test('the migrations travel with migrate, and web files with auth-api', async () => {
  const files = await listFiles(join(build.folder, 'functions'));

  expect(files).toContain('migrate/migrations/0001_roles.sql');
  expect(files.filter((file) => file.startsWith('auth-api/web/')).length).toBeGreaterThan(0);
});

test('the extractor lies where the layer shows it under /opt', async () => {
  await access(join(build.folder, 'layers/extractor/extractor/extract.mjs'));
});

test.each([
  ['auth-api', 500],
  ['hub-api', 1_000],
  ['channel-socket', 800],
  ['ai-generate', 1_450],
])('%s stays within %d KB', (name, limit) => {
  expect(sizeOf(name) / 1_024).toBeLessThanOrEqual(limit);
});
