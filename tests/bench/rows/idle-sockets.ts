import { setTimeout as pause } from 'node:timers/promises';
import type { BenchRow } from '../bench-row.ts';
import { openVisitors } from '../world/open-visitors.ts';
import { memoryKb } from '../world/process-memory.ts';

const SOCKETS = 1_000;
const SOCKETS_IN_FULL = 5_000;
const SETTLE_MS = 5_000;

/** Sockets that are open and silent, and what each costs the host's own process. */
export const idleSockets: BenchRow = {
  ids: ['C10'],
  measure: async (bench) => {
    const world = await bench.world();
    const { pid } = world.host.endpoints;
    // What opening needs once is there before anything is counted.
    for (const visitor of await openVisitors(world, 50)) visitor.close();
    await pause(SETTLE_MS);
    const before = memoryKb(pid);
    const visitors = await openVisitors(world, bench.full ? SOCKETS_IN_FULL : SOCKETS);
    await pause(SETTLE_MS);
    const each = (memoryKb(pid) - before) / visitors.length;
    const note = 'the process with its functions, what they remember included';
    for (const visitor of visitors) visitor.close();
    return [
      { id: 'C10', name: 'idle sockets', reached: visitors.length, atLeast: bench.full ? SOCKETS_IN_FULL : SOCKETS },
      { id: 'C10', name: 'memory of a socket', reached: each, atMost: 12, unit: 'KB', note },
    ];
  },
};
