import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { doctorCommand, tell } from '../../../../infra/doctor/doctor-command.ts';
import {
  checkDataFolder,
  checkDisk,
  checkNode,
  checkPackages,
  checkPort,
} from '../../../../infra/doctor/machine-checks.ts';
import { judgeSkew } from '../../../../infra/doctor/part-checks.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'understudy-doctor-'));
  mkdirSync(join(root, 'node_modules'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const write = (file: string, content: unknown) => writeFileSync(join(root, file), JSON.stringify(content));

test('another Node than the pinned one is told', () => {
  write('package.json', { devDependencies: { node: '24.21.0' } });

  expect(checkNode(root, '24.21.0').state).toBe('ok');
  expect(checkNode(root, '20.1.0')).toMatchObject({
    state: 'fail',
    line: expect.stringContaining('24.21.0 is wanted'),
  });
});

test('packages that differ from the lock file are named; optional ones may be missing', () => {
  const lock = {
    '': {},
    'node_modules/a': { version: '1.0.0' },
    'node_modules/a/node_modules/b': { version: '2.0.0' },
    'node_modules/for-another-system': { version: '1.0.0', optional: true },
  };
  write('package-lock.json', { packages: lock });

  expect(checkPackages(root)).toMatchObject({ state: 'fail', line: 'nothing is installed: run npm ci' });
  write('node_modules/.package-lock.json', {
    packages: { 'node_modules/a': { version: '1.0.0' }, 'node_modules/a/node_modules/b': { version: '2.0.0' } },
  });
  expect(checkPackages(root)).toMatchObject({ state: 'ok' });
  write('node_modules/.package-lock.json', { packages: { 'node_modules/a': { version: '1.0.1' } } });
  expect(checkPackages(root)).toMatchObject({
    state: 'fail',
    line: '2 differ from the lock file (a, b): run npm ci',
  });
});

test('a data folder may be missing, but not be a file or lie below one', async () => {
  writeFileSync(join(root, 'file'), '');

  expect(await checkDataFolder(join(root, 'data', 'below'))).toMatchObject({ state: 'ok' });
  expect(await checkDataFolder(join(root, 'file'))).toMatchObject({ state: 'fail' });
  expect(await checkDataFolder(join(root, 'file', 'data'))).toMatchObject({
    state: 'fail',
    line: expect.stringContaining('set UNDERSTUDY_DATA'),
  });
  expect((await checkDisk(root)).line).toMatch(/^\d+\.\d GB free/);
});

test('a port that somebody listens on is told', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;

  const taken = await checkPort(String(port));
  await new Promise((resolve) => server.close(resolve));
  const free = await checkPort(String(port));

  expect(taken).toMatchObject({ state: 'fail', line: expect.stringContaining(`${port} is taken`) });
  expect(free.state).toBe('ok');
});

test.each(['abc', '99999', '-1', '80.5'])('what is no port is told: %s', async (wanted) => {
  expect(await checkPort(wanted)).toMatchObject({ state: 'fail', line: `${wanted} is no port: mend PORT` });
});

test.each([
  [0, 'ok'],
  [-4_900, 'ok'],
  [5_100, 'fail'],
  [-3_600_000, 'fail'],
])('clocks that are %d ms apart are %s', (skewMs, state) => {
  expect(judgeSkew(skewMs).state).toBe(state);
});

test('one finding to mend is enough for the exit code 1, a warning is not', () => {
  const printed: string[] = [];
  const print = (line: string) => printed.push(line);
  const fine = { state: 'ok', what: 'node', line: '24' } as const;

  expect(tell([fine, { state: 'warn', what: 'disk', line: 'small' }], print)).toBe(0);
  expect(tell([fine, { state: 'fail', what: 'redis', line: 'gone' }], print)).toBe(1);
  expect(printed).toContain('fail  redis          gone');
  expect(printed.at(-1)).toBe('1 of 2 must be mended.');
});

test.each([
  [['--help'], 0, 'npm run doctor'],
  [['--stage', 'production'], 2, 'there is no stage production'],
  [['--mend'], 2, "Unknown option '--mend'"],
])('%j ends with %d', async (args, code, expected) => {
  const printed: string[] = [];
  const tools = { root, env: {}, nodeVersion: '24.21.0', print: (line: string) => printed.push(line) };

  expect(await doctorCommand(args, tools)).toBe(code);
  expect(printed.join('\n')).toContain(expected);
});
