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

/** What each command takes, wrongly typed. */
const WRONG: Readonly<Record<string, readonly string[]>> = {
  start: ['--port', '--nonsense'],
  audit: ['all'],
  bench: ['--delay 0', '--only C99', '--delay', 'C1'],
  build: ['all'],
  deploy: ['--stage', '--stage nowhere', '--stage dev --wait long'],
  doctor: ['--stage', '--stage nowhere'],
  drill: ['--seconds long', '--seconds', 'redis'],
  eval: ['--chunk many', '--set none', '--live', '--fail-below taste=1'],
  'localstack:deploy': ['--here=yes', 'all'],
  'localstack:down': ['--volumes=yes', 'all'],
  'localstack:up': ['--no-models=yes', 'all'],
  migrate: ['one two'],
  reconcile: ['--wait long', '--creator everybody', '--creator', '--no-creator', 'all'],
  redrive: ['--max 0', '--max', 'all'],
  'rotate-keys': ['--drop', '--no-drop', '--list=no', 'all'],
  synth: ['one two three'],
  'test:faults': ['nothing-is-called-so', '--list=no'],
  'test:ministack': ['all'],
  'test:safety': ['A99', '--minutes 0', '--minutes'],
};

test('every command is tried with something that it does not take', () => {
  expect(Object.keys(WRONG).toSorted()).toEqual(OURS.map(({ name }) => name).toSorted());
});

test.each(OURS)(
  'npm run $name refuses what it does not take in one line',
  { timeout: 60_000 },
  async ({ name, args }) => {
    for (const typed of ['--hepl', ...(WRONG[name] ?? [])]) {
      const words = typed.split(' ');
      const ran = run(process.execPath, [...args, ...words], { cwd: PROJECT_ROOT, env: READING_ONLY, timeout: 30_000 });

      const { code, stdout, stderr } = await ran.then(
        () => expect.fail(`${typed} ran`),
        (error: { code: number; stdout: string; stderr: string }) => error,
      );
      const said = stdout + stderr;
      expect({ typed, code, lines: said.split('\n').length, said }).toMatchObject({ code: 2, lines: 2 });
      expect(words.some((word) => said.includes(word.replace(/=.*/, '')))).toBe(true);
      expect(said).not.toContain('ERR_ACCESS_DENIED');
    }
  },
);

test('the README marks just the commands that answer --help', () => {
  expect(STARRED.map(([, name]) => name).toSorted()).toEqual(OURS.map(({ name }) => name).toSorted());
});
