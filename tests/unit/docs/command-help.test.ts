import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../support/module-graph.ts';

const run = promisify(execFile);
const { scripts } = JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8'));

/** The commands that the README marks with a star: those that take options. */
const STARRED = [...readFileSync(join(PROJECT_ROOT, 'README.md'), 'utf8').matchAll(/`npm (?:run )?([\w:-]+)`\\\*/g)];

test('every command that takes options tells them with --help, and does nothing else', {
  timeout: 120_000,
}, async () => {
  const silent: string[] = [];
  for (const [, name = ''] of STARRED) {
    const [program, ...args] = String(scripts[name]).split(' ');
    expect(program, name).toBe('node');
    const { stdout } = await run(process.execPath, [...args, '--help'], { cwd: PROJECT_ROOT, timeout: 20_000 });
    if (!stdout.includes(name)) silent.push(name);
  }

  expect(STARRED.length).toBeGreaterThan(10);
  expect(silent).toEqual([]);
});
