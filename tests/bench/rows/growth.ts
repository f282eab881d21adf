import { pidOf } from '../../support/host-parts.ts';
import type { BenchRow } from '../bench-row.ts';
import { quantile } from '../figure.ts';
import { BenchVisitor } from '../world/bench-visitor.ts';
import type { BenchWorld } from '../world/bench-world.ts';
import { memoryKb } from '../world/process-memory.ts';
import { searchAs, seedCreator } from '../world/seed-creator.ts';

const CREATORS = 30;
const CREATORS_IN_FULL = 1_000;
const CHUNKS = 50;
const SEARCHES = 60;
const TURNS = 12;

/** Searches and turns with one creator and with many of 50 chunks each, and what the index then holds in memory. */
export const growth: BenchRow = {
  ids: ['C9'],
  measure: async (bench) => {
    const world = await bench.world();
    const creators = bench.full ? CREATORS_IN_FULL : CREATORS;
    const first = await newCreators(world, 1);
    await measure(world, first); // Warm code and connections.
    const alone = await measure(world, first);
    const all = [...first, ...(await newCreators(world, creators - 1))];
    await searchAs(world, all); // Each collection is opened once.
    const among = await measure(world, all);
    const memoryMb = memoryKb(pidOf(world.host, 'chroma')) / 1_024;
    const beside = (one: number, many: number) =>
      `${one.toFixed(0)} ms with one, ${many.toFixed(0)} ms with ${creators}`;
    return [
      {
        ...{ id: 'C9', name: 'p95 of search, many creators ÷ one', reached: among.searchMs / alone.searchMs },
        ...{ atMost: 1.5, note: beside(alone.searchMs, among.searchMs) },
      },
      {
        ...{ id: 'C9', name: 'p95 of a turn, many creators ÷ one', reached: among.turnMs / alone.turnMs },
        ...{ atMost: 1.5, note: beside(alone.turnMs, among.turnMs) },
      },
      {
        ...{ id: 'C9', name: 'memory of Chroma', reached: memoryMb, atMost: 500, unit: 'MB' },
        note: `${creators} creators of ${CHUNKS} chunks, each collection opened`,
      },
    ];
  },
};

async function newCreators(world: BenchWorld, count: number): Promise<string[]> {
  const keys: string[] = [];
  for (let n = 0; n < count; n += 1) {
    const creator = await seedCreator(world);
    await creator.add(CHUNKS);
    await creator.close();
    keys.push(creator.key);
  }
  return keys;
}

async function measure(world: BenchWorld, keys: readonly string[]): Promise<{ searchMs: number; turnMs: number }> {
  const spread = Array.from({ length: SEARCHES }, (_, n) => keys[(n * 7) % keys.length] ?? '');
  const searches = await searchAs(world, spread);
  const visitor = await BenchVisitor.open(world.client, world.widgetId);
  const turns: number[] = [];
  for (let n = 0; n < TURNS; n += 1) turns.push((await visitor.ask(world.question())).totalMs);
  visitor.close();
  return { searchMs: quantile(searches, 0.95), turnMs: quantile(turns, 0.95) };
}
