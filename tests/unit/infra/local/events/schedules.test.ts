import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startSchedules } from '../../../../../infra/local/events/schedules.ts';
import type { FunctionHost } from '../../../../../infra/local/functions/function-host.ts';
import type { ScheduleModel } from '../../../../../infra/local/template/stack-model.ts';
import { readJsonIfWhole } from '../../../../../infra/local/whole-file.ts';
import { until } from '../../../../support/until.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

let folder: string;
let memoryFile: string;
let runs: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'understudy-schedules-'));
  memoryFile = join(folder, 'schedules.json');
  runs = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const schedule = (logicalId: string, everyMs: number): ScheduleModel => ({
  logicalId,
  functionId: logicalId,
  everyMs,
  input: undefined,
});

/** Starts them and says which have run as soon as `count` have. */
async function firstRuns(count: number, ...schedules: ScheduleModel[]): Promise<string[]> {
  const functions = {
    byId: (id: string) => ({ invoke: async () => void runs.push(id) }),
  } as unknown as FunctionHost;
  const started = await startSchedules(schedules, functions, memoryFile);
  await until('the first runs', () => runs.length >= count);
  started.stop();
  return runs;
}

test('what runs each minute runs at the start; what became due while the host was off does, too', async () => {
  await writeFile(memoryFile, JSON.stringify({ due: Date.now() - 2 * HOUR_MS, recent: Date.now() - MINUTE_MS }));

  const ran = await firstRuns(
    2,
    schedule('each-minute', MINUTE_MS),
    schedule('due', HOUR_MS),
    schedule('recent', HOUR_MS),
    schedule('never-ran', HOUR_MS),
  );

  expect(ran.sort()).toEqual(['due', 'each-minute']);
});

test('a memory that was cut short by a kill is no hindrance, and is written anew', async () => {
  await writeFile(memoryFile, '{"sweep":17');

  expect(await firstRuns(1, schedule('sweep', MINUTE_MS))).toEqual(['sweep']);

  const memory = await until('a memory that is whole', () => readJsonIfWhole(memoryFile));
  expect(memory).toEqual({ sweep: expect.any(Number) });
});
