import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startHost } from '../../support/running-host.ts';
import type { BenchRow } from '../bench-row.ts';

/** From the command to its ready line, on an empty data folder and on the one that it left. */
export const hostStart: BenchRow = {
  ids: ['C12'],
  measure: async () => {
    const dataFolder = await mkdtemp(join(tmpdir(), 'understudy-bench-'));
    const timed = async () => {
      const startedAtMs = performance.now();
      const host = await startHost({ dataFolder });
      const seconds = (performance.now() - startedAtMs) / 1_000;
      await host.stop();
      return seconds;
    };
    const first = await timed();
    const again = Math.min(await timed(), await timed());
    await rm(dataFolder, { recursive: true, force: true });
    return [
      { id: 'C12', name: 'start on a prepared machine', reached: again, atMost: 8, unit: 's' },
      { id: 'C12', name: 'first start, on an empty data folder', reached: first, atMost: 20, unit: 's' },
    ];
  },
};
