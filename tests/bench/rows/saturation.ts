import type { BenchRow } from '../bench-row.ts';
import { openBareScript } from '../world/bare-script.ts';
import type { BenchWorld } from '../world/bench-world.ts';
import { openVisitors } from '../world/open-visitors.ts';
import { treeMemoryMb } from '../world/process-memory.ts';

const CONVERSATIONS = 100;
/** The first answers of a host meet cold code, and all hundred end together: neither is what it can keep up. */
const WARM_UP_SECONDS = 10;
const SECONDS = 20;

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
    const perSecond = await saturate(visitors.map((visitor) => () => visitor.ask(world.question())));
    clearInterval(sampler);
    for (const visitor of visitors) visitor.close();
    const note = `a bare script here: ${(await saturateBare(world)).toFixed(0)}`;
    return [
      { id: 'C15', name: 'turns a second, 100 conversations', reached: perSecond, atLeast: 60, note },
      { id: 'C15', name: 'memory with 100 conversations', reached: peakMb, atMost: 1_200, unit: 'MB' },
    ];
  },
};

/** Each asks again as soon as it has its answer. @returns answers a second */
async function saturate(askers: readonly (() => Promise<unknown>)[]): Promise<number> {
  let completed = 0;
  const countedFromMs = performance.now() + WARM_UP_SECONDS * 1_000;
  const endMs = countedFromMs + SECONDS * 1_000;
  await Promise.all(
    askers.map(async (ask) => {
      while (performance.now() < endMs) {
        await ask();
        const endedMs = performance.now();
        if (endedMs >= countedFromMs && endedMs < endMs) completed += 1;
      }
    }),
  );
  return completed / SECONDS;
}

/** What two processors can do here without a server: nothing of ours, and everything in one process. */
async function saturateBare(world: BenchWorld): Promise<number> {
  const script = await openBareScript(world);
  const perSecond = await saturate(Array.from({ length: CONVERSATIONS }, () => () => script.ask(world.question())));
  await script.close();
  return perSecond;
}
