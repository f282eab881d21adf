import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { runProgram, UsageError } from '../../shared/config/command-line.ts';
import type { BenchRow } from './bench-row.ts';
import { type BenchRun, changesSince, missingFrom, plotRun } from './compare-runs.ts';
import { type Figure, isMet, loadNow, toTableRow } from './figure.ts';
import { ROWS } from './rows.ts';
import { processorTimeNow, stolenPercent } from './stolen-share.ts';
import { type BenchWorld, startBenchWorld } from './world/bench-world.ts';

// The command behind `npm run bench`: part C of the test programme as a table, and as JSON in the data folder.

const HELP = `Measures speed and cost (part C of the test programme) on a host of its own.

  npm run bench                       everything, in under six minutes
  npm run bench -- --only C1,C3       these only; of ${ROWS.flatMap((row) => row.ids).join(', ')}
  npm run bench -- --full             full counts (C10: 5,000 sockets)
  npm run bench -- --delay 1          holds each request to Postgres and Redis up, by so many milliseconds (1 to 100)
  npm run bench -- --help             prints this

The model is scripted (tests/support/scripted-ollama.ts), so that ratios compare between machines. Results are
printed, and kept in UNDERSTUDY_DATA (.local): bench.json, a plot in bench.svg, and every run in bench-history.jsonl, to
which the next one is compared. Other work on the machine spoils the figures: the load
average stands beside each, and what part of the processors' time the hypervisor gave to others meanwhile.
`;

const IDS = ROWS.flatMap((row) => row.ids);

function readOnly(text: string | undefined): readonly BenchRow[] | undefined {
  const wanted = text?.split(',').map((id) => id.trim().toUpperCase());
  const unknown = wanted?.filter((id) => !IDS.some((known) => known.toUpperCase() === id)) ?? [];
  if (unknown.length > 0) throw new UsageError(`--only knows ${IDS.join(', ')}, not ${unknown.join(', ')}`);
  return wanted && ROWS.filter((row) => row.ids.some((id) => wanted.includes(id.toUpperCase())));
}

function readDelay(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const delayMs = Number(text);
  if (Number.isInteger(delayMs) && delayMs >= 1 && delayMs <= 100) return delayMs;
  throw new UsageError('--delay takes whole milliseconds from 1 to 100');
}

async function measure(rows: readonly BenchRow[], full: boolean, delayMs: number | undefined): Promise<Figure[]> {
  let started: Promise<BenchWorld> | undefined;
  const world = () => {
    started ??= startBenchWorld({ delayMs });
    return started;
  };
  const figures: Figure[] = [];
  try {
    for (const row of rows) {
      const load = loadNow();
      const before = processorTimeNow();
      const stolen = () => stolenPercent(before, processorTimeNow());
      try {
        const measured = await row.measure({ world, full });
        figures.push(...measured.map((figure) => ({ ...figure, load, stolen: stolen() })));
        for (const figure of measured) console.error(`${figure.id}  ${figure.name}: ${figure.reached.toPrecision(3)}`);
      } catch (error) {
        // One row that cannot be measured must not cost the others.
        const note = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
        figures.push({
          id: row.ids.join(' '),
          name: 'not measured',
          reached: Number.NaN,
          atMost: 0,
          note,
          load,
          stolen: stolen(),
        });
        console.error(error);
      }
    }
  } finally {
    await (await started?.catch(() => undefined))?.stop();
  }
  return figures;
}

const HISTORY = 'bench-history.jsonl';

async function readHistory(path: string): Promise<BenchRun[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as BenchRun]));
}

async function bench(wanted: readonly BenchRow[] | undefined, full: boolean, delayMs: number | undefined) {
  const at = new Date().toISOString();
  const figures = await measure(wanted ?? ROWS, full, delayMs);
  const folder = process.env.UNDERSTUDY_DATA || '.local';
  const changes = changesSince({ delayMs, figures }, await readHistory(join(folder, HISTORY)));
  const changeOf = (figure: Figure) => changes.get(figure)?.toFixed(0).concat(' %') ?? '';
  console.table(figures.map((figure) => ({ ...toTableRow(figure), 'since last': changeOf(figure) })));
  if (!wanted) console.log(`not measured: ${missingFrom(figures).join(', ') || 'nothing'}`);
  await mkdir(folder, { recursive: true });
  const machine = {
    processors: cpus().length,
    model: cpus()[0]?.model,
    platform: process.platform,
    node: process.version,
  };
  const told = figures.map((figure) => ({ ...figure, met: isMet(figure) }));
  await writeFile(join(folder, 'bench.json'), `${JSON.stringify({ at, machine, delayMs, figures: told }, null, 1)}\n`);
  await writeFile(join(folder, 'bench.svg'), plotRun({ at, figures }));
  await writeFile(join(folder, HISTORY), `${JSON.stringify({ at, machine, delayMs, figures: told })}\n`, { flag: 'a' });
  return 0;
}

await runProgram({
  call: 'npm run bench',
  help: HELP,
  options: { full: { type: 'boolean' }, only: { type: 'string' }, delay: { type: 'string' } },
  run: ({ only, full = false, delay }) => bench(readOnly(only), full, readDelay(delay)),
});
process.exit();
