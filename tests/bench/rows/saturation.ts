import type { BenchRow } from '../bench-row.ts';
import { openVisitors } from '../world/open-visitors.ts';
import { treeMemoryMb } from '../world/process-memory.ts';

const CONVERSATIONS = 100;
const SECONDS = 12;

/** A hundred conversations, each asking again as soon as it has its answer. */
export const saturation: BenchRow = {
  ids: ['C15'],
  measure: async (bench) => {
    const world = await bench.world();
    const visitors = await openVisitors(world, CONVERSATIONS);
    let peakMb = 0;
    const sampler = setInterval(() => {
      peakMb = Math.max(peakMb, treeMemoryMb(world.host.endpoints.pid));
    }, 2_000);
    let completed = 0;
    const endMs = performance.now() + SECONDS * 1_000;
    await Promise.all(
      visitors.map(async (visitor) => {
        while (performance.now() < endMs) {
          await visitor.ask(world.question());
          if (performance.now() < endMs) completed += 1;
        }
      }),
    );
    clearInterval(sampler);
    for (const visitor of visitors) visitor.close();
    return [
      { id: 'C15', name: 'turns a second, 100 conversations', reached: completed / SECONDS, atLeast: 60 },
      { id: 'C15', name: 'memory with 100 conversations', reached: peakMb, atMost: 1_200, unit: 'MB' },
    ];
  },
};
