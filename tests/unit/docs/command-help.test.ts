import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../support/module-graph.ts';

const run = promisify(execFile);
const scripts: Record<string, string> = JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8')).scripts;

/** The commands that start a file of this tree; `pre…` scripts get no arguments. */
const OURS = Object.entries(scripts).flatMap(([name, command]) => {
  const [program, file, ...args] = command.split(' ');
  return program === 'node' && file && !name.startsWith('pre') ? [{ name, args: [file, ...args] }] : [];
});

/** The commands that the README marks with a star: those that answer `--help`. */
const STARRED = [...readFileSync(join(PROJECT_ROOT, 'README.md'), 'utf8').matchAll(/`npm (?:run )?([\w:-]+)`\\\*/g)];

// Node refuses whatever writes a file or starts a program: a command that does more than to tell its help ends here.
const READING_ONLY = { ...process.env, NODE_OPTIONS: '--permission --allow-fs-read=*' };

test.each(OURS)('npm run $name answers --help and does nothing else', { timeout: 60_000 }, async ({ name, args }) => {
  const ran = run(process.execPath, [...args, '--help'], { cwd: PROJECT_ROOT, env: READING_ONLY, timeout: 30_000 });

  expect((await ran).stdout).toMatch(new RegExp(`npm (run )?${name}\\b`));
});

test.each(OURS)('npm run $name refuses an option that it does not know', { timeout: 60_000 }, async ({ args }) => {
  const ran = run(process.execPath, [...args, '--hepl'], { cwd: PROJECT_ROOT, env: READING_ONLY, timeout: 30_000 });

  const { code, stdout, stderr } = await ran.then(
    () => expect.fail('it ran'),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
  expect(code).toBeGreaterThan(0);
  expect(stdout + stderr).toContain('--hepl');
  expect(stdout + stderr).not.toContain('ERR_ACCESS_DENIED');
});

test('the README marks just the commands that answer --help', () => {
  expect(STARRED.map(([, name]) => name).toSorted()).toEqual(OURS.map(({ name }) => name).toSorted());
});
