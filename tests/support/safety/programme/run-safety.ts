import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram, UsageError } from '../../../../shared/config/command-line.ts';
import { findTests } from './find-tests.ts';
import { type Line, parseLines } from './lines.ts';
import { runVitest } from './run-vitest.ts';
import { judgeLines, type LineReport, toTable } from './verdicts.ts';

// The command behind `npm run test:safety`: part A of the test programme, and one table of what it showed.

const HELP = `Runs part A of the test programme (safety) at its full figures.

  npm run test:safety                 every line, A1 to A20
  npm run test:safety -- A2 A5        these lines only
  npm run test:safety -- --share      the share of the figures that npm test runs
  npm run test:safety -- --minutes 5  another bound than 40 minutes; what is not done by then is told as not finished
  npm run test:safety -- --help       prints this

Ends with a table (line, figure reached, goal, verdict), and keeps it as safety.json in UNDERSTUDY_DATA (.local).
Exits with 0 only when every line that was asked for held: a line that nothing tests is MISSING and fails the run.
`;

async function runLines(lines: readonly Line[], full: boolean, minutes: number): Promise<readonly LineReport[]> {
  const tests = findTests();
  const files = [...new Set(lines.flatMap((line) => tests.get(line) ?? []))];
  const folder = await mkdtemp(join(tmpdir(), 'understudy-safety-'));
  const report = join(folder, 'report.jsonl');
  await writeFile(report, '');
  try {
    if (files.length > 0) {
      await runVitest({
        files,
        reporters: ['default', './tests/support/safety/programme/safety-reporter.ts'],
        env: { SAFETY: full ? 'full' : '', SAFETY_REPORT: report },
        withinMs: minutes * 60_000,
      });
    }
    return judgeLines(lines, tests, await readFile(report, 'utf8'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function keep(reports: readonly LineReport[], startedAt: Date, full: boolean): Promise<string> {
  const folder = process.env.UNDERSTUDY_DATA || '.local';
  const seconds = Math.round((Date.now() - startedAt.getTime()) / 1_000);
  const run = { at: startedAt.toISOString(), seconds, full, processors: cpus().length, node: process.version };
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'safety.json');
  await writeFile(file, `${JSON.stringify({ ...run, lines: reports }, null, 1)}\n`);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s; kept in ${file}`;
}

async function main(lines: readonly Line[], full: boolean, minutes: number): Promise<number> {
  const startedAt = new Date();
  const reports = await runLines(lines, full, minutes);
  console.log(`\n${toTable(reports)}\n`);
  console.log(`${full ? 'full figures' : 'a share of the figures'}; ${await keep(reports, startedAt, full)}`);
  return reports.every(({ verdict }) => verdict === 'held') ? 0 : 1;
}

await runProgram({
  call: 'npm run test:safety',
  help: HELP,
  options: { share: { type: 'boolean' }, minutes: { type: 'string', default: '40' } },
  mostWords: Number.POSITIVE_INFINITY,
  run: ({ share = false, minutes }, words) => {
    if (!(Number(minutes) > 0)) throw new UsageError('--minutes takes a number above 0');
    return main(parseLines(words), !share, Number(minutes));
  },
});
