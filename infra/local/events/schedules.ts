import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { FunctionHost } from '../functions/function-host.ts';
import type { ScheduleModel } from '../template/stack-model.ts';
import { ACCOUNT, REGION } from '../template/stack-references.ts';
import { readJsonIfWhole, writeWhole } from '../whole-file.ts';

export interface Schedules {
  stop(): void;
}

/** What runs this often heals what an earlier run left behind, so it runs at start, too. */
const RUN_AT_START_MS = 60_000;

const LastRuns = z.record(z.string(), z.number()).catch({});

/**
 * Starts functions at their rate. A local host is off most of the time, so the time of the last run is kept in
 * `memoryFile`: what became due meanwhile runs soon after the start.
 */
export async function startSchedules(
  schedules: readonly ScheduleModel[],
  functions: FunctionHost,
  memoryFile: string,
): Promise<Schedules> {
  const lastRuns = LastRuns.parse(await readJsonIfWhole(memoryFile));
  const timers = new Set<NodeJS.Timeout>();

  const arm = (schedule: ScheduleModel, delayMs: number): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      lastRuns[schedule.logicalId] = Date.now();
      void writeWhole(memoryFile, JSON.stringify(lastRuns)).catch(() => {});
      void functions.byId(schedule.functionId).invoke(scheduleEvent(schedule));
      arm(schedule, schedule.everyMs);
    }, delayMs);
    timers.add(timer.unref());
  };
  for (const schedule of schedules) {
    const lastRun = lastRuns[schedule.logicalId];
    lastRuns[schedule.logicalId] ??= Date.now();
    const due = lastRun === undefined ? schedule.everyMs : lastRun + schedule.everyMs - Date.now();
    arm(schedule, schedule.everyMs <= RUN_AT_START_MS ? 0 : Math.min(Math.max(due, 0), schedule.everyMs));
  }
  return {
    stop: () => {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
}

function scheduleEvent(schedule: ScheduleModel): unknown {
  if (schedule.input !== undefined) return JSON.parse(schedule.input);
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account: ACCOUNT,
    time: new Date().toISOString(),
    region: REGION,
    resources: [`arn:aws:events:${REGION}:${ACCOUNT}:rule/${schedule.logicalId}`],
    detail: {},
  };
}
