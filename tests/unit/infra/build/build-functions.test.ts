import { execFile } from 'node:child_process';
import { access, readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Metafile } from 'esbuild';
import { beforeAll, expect, test } from 'vitest';
import { type Build, buildFunctions } from '../../../../infra/build/build-functions.ts';
import { FUNCTION_ENTRIES, PROJECT_ROOT } from '../../../../infra/build/function-entries.ts';
import { listFiles } from '../../../../infra/build/sync-folder.ts';

const run = promisify(execFile);

const KEY = Buffer.alloc(32).toString('base64');
const NOWHERE = '127.0.0.1:1';
const VARIABLES = {
  STAGE: 'test',
  SERVICE_NAME: 'test',
  LOG_LEVEL: 'SILENT',
  DATABASE_URL: `postgres://nobody:nothing@${NOWHERE}/none`,
  MIGRATION_DATABASE_URL: `postgres://nobody:nothing@${NOWHERE}/none`,
  REDIS_URL: `redis://${NOWHERE}`,
  PUBLIC_API_URL: `http://${NOWHERE}`,
  CONSOLE_ORIGIN: `http://${NOWHERE}`,
  CONSOLE_URL: `http://${NOWHERE}`,
  UPLOADS_BUCKET: 'uploads',
  LIBRARY_BUCKET: 'library',
  INGEST_QUEUE_URL: `http://${NOWHERE}/ingest`,
  TURNS_QUEUE_URL: `http://${NOWHERE}/turns`,
  CHROMA_URL: `http://${NOWHERE}`,
  OLLAMA_URL: `http://${NOWHERE}`,
  SOCKET_MANAGEMENT_URL: `http://${NOWHERE}/socket`,
  SOCKET_URL: `ws://${NOWHERE}/socket`,
  VISITOR_TOKEN_SECRET: KEY,
  PASSWORD_PEPPER: KEY,
  DATA_ENCRYPTION_KEY: KEY,
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
};

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

test.each(Object.keys(FUNCTION_ENTRIES))('%s loads in plain Node with the variables of its service', async (name) => {
  const program = join(build.folder, 'functions', name, 'index.mjs');
  const load = `const { handler } = await import(${JSON.stringify(program)}); process.exit(typeof handler === 'function' ? 0 : 1)`;

  const { stderr } = await run(process.execPath, ['--input-type=module', '--eval', load], { env: VARIABLES });

  expect(stderr).toBe('');
});

test('what a program imports when it starts comes with Node or lies beside it, and beside no function', () => {
  const built = new Set(programs().map(([path]) => path));
  const isBeside = (path: string, imported: string) =>
    path.includes('/layers/') && built.has(imported) && dirname(imported) === dirname(path);
  const missing = programs().flatMap(([path, { imports }]) =>
    imports
      .filter(({ kind, path: imported }) => kind === 'import-statement' && !isBuiltin(imported))
      .filter(({ path: imported }) => !isBeside(path, imported))
      .map(({ path: imported }) => `${path} imports ${imported}`),
  );

  expect(missing).toEqual([]);
});

test('no function carries another service’s code, nor the stack’s', () => {
  const strangers = programs().flatMap(([path, { inputs }]) => {
    const [, service] = /functions\/(auth|hub|ai|channel)-/.exec(path) ?? [];
    const allowed = [`functions/${service}/`, 'shared/', 'node_modules/', 'layers/', 'silent:', 'builtin:'];
    return Object.keys(inputs).filter((input) => !allowed.some((prefix) => input.startsWith(prefix)));
  });

  expect(strangers).toEqual([]);
});

test.each(['hub-api', 'channel-socket'])('%s does not load fetch before somebody asks for it', async (name) => {
  const file = join(build.folder, 'functions', name, 'index.mjs');
  const program = `await import(${JSON.stringify(file)}); console.log(process.moduleLoadList.join()); process.exit(0)`;

  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program]);

  expect(stdout).toContain('NativeModule http');
  expect(stdout).not.toContain('internal/deps/undici');
});

test('the migrations travel with migrate, and web files with auth-api', async () => {
  const files = await listFiles(join(build.folder, 'functions'));

  expect(files).toContain('migrate/migrations/0001_roles.sql');
  expect(files.filter((file) => file.startsWith('auth-api/web/')).length).toBeGreaterThan(0);
});

test('auth-api holds the common passwords that are long enough to be chosen, and no others', async () => {
  const code = await readFile(join(build.folder, 'functions/auth-api/index.mjs'), 'utf8');

  expect(code).toContain('"1qaz2wsx3edc"');
  expect(code).not.toContain('"696969"');
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
