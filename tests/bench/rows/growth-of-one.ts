import type { BenchRow } from '../bench-row.ts';
import { type Figure, quantile } from '../figure.ts';
import type { BenchWorld } from '../world/bench-world.ts';
import { searchAs, seedCreator } from '../world/seed-creator.ts';

const SEARCHES = 60;
const DOCUMENT_CHUNKS = 1_000;
const DOCUMENTS = 100;

/** Searches of one creator, from one document of 1,000 chunks to a hundred of them; with `--full` only. */
export const growthOfOne: BenchRow = {
  ids: ['C9'],
  measure: async (bench) => (bench.full ? [await growOne(await bench.world())] : []),
};

async function growOne(world: BenchWorld): Promise<Figure> {
  const creator = await seedCreator(world);
  const searches = Array.from({ length: SEARCHES }, () => creator.key);
  const p95 = async () => {
    await searchAs(world, searches); // Warm.
    return quantile(await searchAs(world, searches), 0.95);
  };
  await creator.add(DOCUMENT_CHUNKS);
  const small = await p95();
  for (let n = 1; n < DOCUMENTS; n += 1) await creator.add(DOCUMENT_CHUNKS);
  const large = await p95();
  await creator.close();
  return {
    ...{ id: 'C9', name: 'p95 of search, 100,000 chunks of one creator ÷ 1,000', reached: large / small, atMost: 2 },
    note: `${small.toFixed(0)} ms, then ${large.toFixed(0)} ms`,
  };
}
