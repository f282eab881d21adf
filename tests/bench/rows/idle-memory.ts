import { setTimeout as pause } from 'node:timers/promises';
import type { BenchRow } from '../bench-row.ts';
import { treeMemoryMb } from '../world/process-memory.ts';

const SETTLE_MS = 3_000;

/** The host with all its parts, once its demo is prepared and one creator has signed up. */
export const idleMemory: BenchRow = {
  ids: ['C15'],
  measure: async (bench) => {
    const { host } = await bench.world();
    await pause(SETTLE_MS);
    const reached = treeMemoryMb(host.endpoints.pid);
    return [{ id: 'C15', name: 'memory of the host, idle', reached, atMost: 700, unit: 'MB', note: 'Pss, all parts' }];
  },
};
