import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { drawPlot } from './draw-plot.ts';
import { type EvalRun, renderReport } from './write-report.ts';

/** Writes report, plot and results into the folder, compared with the run that lies there. @returns the report */
export function keepResults(folder: string, run: EvalRun): string {
  mkdirSync(join(folder, 'history'), { recursive: true });
  const report = renderReport(run, lastRun(folder));
  writeFileSync(join(folder, 'report.md'), report);
  writeFileSync(join(folder, 'plot.svg'), drawPlot(run.figures));
  const results = `${JSON.stringify(run, null, 1)}\n`;
  writeFileSync(join(folder, 'results.json'), results);
  writeFileSync(join(folder, 'history', `${run.at.replaceAll(':', '-')}.json`), results);
  return report;
}

/** Undefined at the first run, and where what lies there cannot be read. */
function lastRun(folder: string): EvalRun | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8')) as EvalRun;
  } catch {
    return undefined;
  }
}
