import type { BenchRow } from '../bench-row.ts';
import { startBenchWorld } from '../world/bench-world.ts';
import { INSPECTABLE, readHeldKb } from '../world/held-memory.ts';
import { openVisitors } from '../world/open-visitors.ts';

const SOCKETS = 1_000;
const SOCKETS_IN_FULL = 5_000;

/** Sockets that are open and silent, and what each costs the host. */
export const idleSockets: BenchRow = {
  ids: ['C10'],
  measure: async (bench) => {
    const world = await startBenchWorld({ env: INSPECTABLE });
    try {
      // What opening needs once is there before anything is counted.
      for (const visitor of await openVisitors(world, 50)) visitor.close();
      const before = await readHeldKb(world.host);
      const visitors = await openVisitors(world, bench.full ? SOCKETS_IN_FULL : SOCKETS);
      const each = ((await readHeldKb(world.host)) - before) / visitors.length;
      const note = 'heap and buffers of the gateway, after a collection';
      for (const visitor of visitors) visitor.close();
      return [
        { id: 'C10', name: 'idle sockets', reached: visitors.length, atLeast: bench.full ? SOCKETS_IN_FULL : SOCKETS },
        { id: 'C10', name: 'memory of a socket', reached: each, atMost: 12, unit: 'KB', note },
      ];
    } finally {
      await world.stop();
    }
  },
};
