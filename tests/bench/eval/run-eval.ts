import { existsSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type CommandValues, runProgram, UsageError } from '../../../shared/config/command-line.ts';
import { calibrate, requireBothKinds } from './calibrate.ts';
import { type EvalOptions, HELP, OPTIONS, readOptions } from './eval-options.ts';
import { keepResults } from './keep-results.ts';
import { openLiveHost, runningHost } from './live-host.ts';
import { measureOffHost } from './measure-off-host.ts';
import { figuresOf } from './outcome.ts';
import { type QuestionSet, readSet, readSets } from './read-sets.ts';
import { type EvalRun, type MeasuredSet, missedBars, nameOf } from './write-report.ts';

// The command behind `npm run eval`: part B of the test programme.

const DATA = process.env.UNDERSTUDY_DATA ?? '.local';

function setsFor({ sets }: EvalOptions): QuestionSet[] {
  if (sets.length === 0) return readSets();
  return sets.map((wanted) => {
    if (existsSync(wanted)) return readSet(wanted, basename(wanted).replace(/\.json$/, ''));
    const known = readSets();
    const found = known.find((set) => set.name === wanted);
    if (!found) throw new UsageError(`there is no set ${wanted}: ${known.map((set) => set.name).join(', ')}`);
    return found;
  });
}

function openHost({ host, apiKey = '' }: EvalOptions) {
  return openLiveHost((host ?? runningHost(DATA)).replace(/\/+$/, ''), apiKey);
}

async function exportGaps(options: EvalOptions, file: string): Promise<void> {
  const gaps = await openHost(options).unanswered();
  if (gaps.length === 0) return console.log('Nothing was refused: there is no draft to write.');
  const questions = gaps.map((gap) => ({ ...gap, gold: 'none' }));
  writeFileSync(file, `${JSON.stringify({ documents: [], questions }, null, 1)}\n`);
  console.log(
    `${gaps.length} questions in ${file}: put the words of the right passage behind "gold", or leave "none".`,
  );
}

async function measureLive(options: EvalOptions): Promise<EvalRun> {
  const host = openHost(options);
  const figures: MeasuredSet[] = [];
  for (const set of setsFor(options)) {
    if (options.setThreshold) requireBothKinds(set);
    const outcomes = await host.measure(set);
    const calibration = calibrate(outcomes);
    const header = { set: set.name, heldOut: set.heldOut, chunkTokens: undefined, injected: undefined };
    figures.push({ ...figuresOf(header, outcomes), calibration });
    if (!options.setThreshold) continue;
    await host.setThreshold(calibration.threshold);
    console.log(`The refusal threshold is ${calibration.threshold} now.`);
  }
  return { at: new Date().toISOString(), model: 'of the host', embeddingModel: 'of the host', offline: false, figures };
}

async function main(options: EvalOptions): Promise<number> {
  if (options.exportGaps !== undefined) {
    await exportGaps(options, options.exportGaps);
    return 0;
  }
  const run = options.live ? await measureLive(options) : await measureOffHost(setsFor(options), options.chunkTokens);
  const folder = join(DATA, options.live ? 'eval-live' : 'eval');
  const report = keepResults(folder, run);
  console.log(report.slice(0, report.indexOf('\n## Questions')).replace(/!\[[^\n]*\n/, ''));
  if (options.verbose) {
    for (const each of run.figures) {
      for (const { fault, question } of each.misses) console.log(`${nameOf(each)}  ${fault}: ${question}`);
    }
  }
  console.log(`${folder}/report.md`);
  const missed = missedBars(run, options.bars);
  for (const line of missed) console.error(line);
  return missed.length > 0 ? 1 : 0;
}

try {
  const run = (values: CommandValues<typeof OPTIONS>) => main(readOptions(values, process.env));
  await runProgram({ call: 'npm run eval', help: HELP, options: OPTIONS, run });
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
// Pools of the measured parts may still hold idle connections.
process.exit();
