import * as z from 'zod';
import { asTable } from '../../../../shared/operator/text-table.ts';
import { LINES, type Line } from './lines.ts';

const Figure = z.object({ line: z.string(), what: z.string(), goal: z.string(), reached: z.string() });
const FileOutcome = z.object({ file: z.string(), passed: z.number(), failed: z.number(), skipped: z.number() });
type FileOutcome = z.infer<typeof FileOutcome>;

export type Verdict = 'held' | 'FAILED' | 'NOT SHOWN' | 'NOT FINISHED' | 'MISSING';

export interface LineReport {
  readonly line: Line;
  readonly title: string;
  readonly verdict: Verdict;
  readonly files: readonly string[];
  readonly tests: { readonly passed: number; readonly failed: number; readonly skipped: number };
  readonly figures: readonly Omit<z.infer<typeof Figure>, 'line'>[];
}

/**
 * What a run showed of each line. `held` needs a test file, each of them run to its end, and no test that failed or was
 * left out; a line that nothing tests is MISSING.
 */
export function judgeLines(
  lines: readonly Line[],
  tests: ReadonlyMap<Line, readonly string[]>,
  report: string,
): readonly LineReport[] {
  const entries: unknown[] = report.split('\n').flatMap((text) => (text === '' ? [] : [JSON.parse(text)]));
  const figures = entries.flatMap((entry) => Figure.safeParse(entry).data ?? []);
  const outcomes = new Map(entries.flatMap((entry) => FileOutcome.safeParse(entry).data ?? []).map((o) => [o.file, o]));
  return lines.map((line) => {
    const files = tests.get(line) ?? [];
    const ended = files.flatMap((file) => outcomes.get(file) ?? []);
    return {
      line,
      title: LINES[line],
      verdict: verdictOf(files, ended),
      files,
      tests: { passed: sum(ended, 'passed'), failed: sum(ended, 'failed'), skipped: sum(ended, 'skipped') },
      figures: figures
        .filter((figure) => figure.line === line)
        .map(({ what, goal, reached }) => ({ what, goal, reached })),
    };
  });
}

function verdictOf(files: readonly string[], ended: readonly FileOutcome[]): Verdict {
  if (files.length === 0) return 'MISSING';
  if (sum(ended, 'failed') > 0) return 'FAILED';
  if (ended.length < files.length) return 'NOT FINISHED';
  return sum(ended, 'skipped') > 0 || ended.some(({ passed }) => passed === 0) ? 'NOT SHOWN' : 'held';
}

const sum = (ended: readonly FileOutcome[], key: 'passed' | 'failed' | 'skipped') =>
  ended.reduce((total, outcome) => total + outcome[key], 0);

/** One row for each figure; a line that told none has its tests counted. */
export function toTable(reports: readonly LineReport[]): string {
  const rows = reports.flatMap(({ line, title, verdict, tests, figures }) =>
    (figures.length > 0
      ? figures
      : [{ what: title, goal: 'all pass', reached: `${tests.passed} passed, ${tests.failed} failed` }]
    ).map((figure, place) => [
      place === 0 ? line : '',
      figure.what,
      figure.reached,
      figure.goal,
      place === 0 ? verdict : '',
    ]),
  );
  return asTable([['line', 'what', 'reached', 'goal', 'verdict'], ...rows]);
}
