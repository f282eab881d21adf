import { readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as z from 'zod';
import { runVitest } from '../programme/run-vitest.ts';
import { copyTree } from './copy-tree.ts';
import { applyFault, type Fault } from './fault.ts';

const FileOutcome = z.object({
  file: z.string(),
  failed: z.array(z.string()),
  passed: z.number(),
  broken: z.boolean(),
});

export interface Trial {
  readonly name: string;
  /** By a test that ran and failed; that a file could not run, or hung, proves nothing. */
  readonly caught: boolean;
  /** The file and the first test that failed, or why nothing was shown. */
  readonly by: string;
}

/** Bounds hanging: on a machine with nothing else to do a minute is enough. */
const WITHIN_MS = 900_000;

/** Plants one fault in a copy of the tree, runs the tests that should notice, and removes the copy. */
export async function tryFault(fault: Fault): Promise<Trial> {
  const root = await copyTree();
  try {
    await applyFault(root, fault);
    const { outcomes, output, late } = await runTests(root, fault.tests);
    const first = outcomes.find(({ failed, broken }) => failed.length > 0 && !broken);
    if (first) return { name: fault.name, caught: true, by: `${basename(first.file)}: ${first.failed[0]}` };
    return { name: fault.name, caught: false, by: late ? 'the tests did not end' : explain(outcomes, output) };
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

/** The tests of all faults on an unspoilt copy: what fails there as well has not caught anything. */
export async function failuresWithoutFault(files: readonly string[]): Promise<readonly string[]> {
  const root = await copyTree();
  try {
    const { outcomes, output } = await runTests(root, files);
    const silent = files.filter((file) => !outcomes.some((outcome) => outcome.file === file && outcome.passed > 0));
    const failed = outcomes.flatMap(({ file, failed }) => failed.map((name) => `${file}: ${name}`));
    return silent.length > 0
      ? [...failed, ...silent.map((file) => `${file} did not run`), output.slice(-2_000)]
      : failed;
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

async function runTests(root: string, files: readonly string[]) {
  const report = join(root, 'faults.jsonl');
  await writeFile(report, '');
  let output = '';
  const code = await runVitest({
    root,
    files,
    reporters: ['./tests/support/safety/faults/fault-reporter.ts'],
    env: { SAFETY: '', SAFETY_REPORT: '', FAULT_REPORT: report },
    withinMs: WITHIN_MS,
    onOutput: (text) => {
      output += text;
    },
  });
  const lines = (await readFile(report, 'utf8')).split('\n').filter((line) => line !== '');
  return { outcomes: lines.map((line) => FileOutcome.parse(JSON.parse(line))), output, late: code === undefined };
}

function explain(outcomes: readonly z.infer<typeof FileOutcome>[], output: string): string {
  if (outcomes.length === 0 || outcomes.some(({ broken }) => broken))
    return `the tests could not run: ${output.slice(-400)}`;
  return 'every test passed';
}
