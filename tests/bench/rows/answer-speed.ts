import type { Bench, BenchRow } from '../bench-row.ts';
import { type Figure, quantile } from '../figure.ts';
import { openBareScript } from '../world/bare-script.ts';
import type { BenchVisitor, TurnTimes } from '../world/bench-visitor.ts';
import type { BenchWorld } from '../world/bench-world.ts';
import { openVisitors } from '../world/open-visitors.ts';

/** What the scripted model alone takes: the embedding of one text, then the first token. */
export const FLOOR_MS = 12 + 8 + 200;

const SINGLE_TURNS = 12;
const WARM_UP_TURNS = 4;
const AT_ONCE = 100;
const BURSTS = 4;

/** From sending a message to its first token, the whole way through socket, queue, retrieval and posts. */
export const answerSpeed: BenchRow = { ids: ['C1', 'C1b', 'C2'], measure };

async function measure(bench: Bench): Promise<readonly Figure[]> {
  const world = await bench.world();
  const visitors = await openVisitors(world, SINGLE_TURNS + WARM_UP_TURNS);
  const first = await askOneByOne(visitors, world.question);
  const followUp = await askOneByOne(visitors, world.question);
  for (const visitor of visitors) visitor.close();
  const repeated = await askRepeats(world);
  const bursts: TurnTimes[][] = [];
  for (let burst = 0; burst < BURSTS; burst += 1) bursts.push(await askAtOnce(world));
  const bare = await askBare(world);
  // The first burst meets cold code; of the others the best, as other work on the machine only ever adds.
  const medians = bursts.slice(1).map((times) => ratio(times, 0.5));
  const p95s = bursts.slice(1).map((times) => ratio(times, 0.95));
  return [
    {
      id: 'C1',
      name: 'first token, 1 visitor',
      reached: ratio(first, 0.5),
      atMost: 1.06,
      unit: '× model',
      note: beside(bare.single, 0.5),
    },
    {
      id: 'C1',
      name: 'first token, 100 at once',
      reached: Math.min(...medians),
      atMost: 1.25,
      unit: '× model',
      note: beside(bare.atOnce, 0.5),
    },
    {
      id: 'C1',
      name: 'first token, 100 at once, p95',
      reached: Math.min(...p95s),
      atMost: 1.6,
      unit: '× model',
      note: beside(bare.atOnce, 0.95),
    },
    { id: 'C1b', name: 'first token of a follow-up', reached: ratio(followUp, 0.5), atMost: 1.15, unit: '× model' },
    {
      id: 'C2',
      name: 'first token of a repeated question',
      reached: ratio(repeated, 0.5),
      atMost: 0.1,
      unit: '× model',
    },
  ];
}

const ratio = (times: readonly { readonly firstTokenMs: number }[], share: number) =>
  quantile(
    times.map(({ firstTokenMs }) => firstTokenMs),
    share,
  ) / FLOOR_MS;

const beside = (times: readonly { readonly firstTokenMs: number }[], share: number) =>
  `a bare script here: ${ratio(times, share).toFixed(2)} ×`;

async function askOneByOne(visitors: readonly BenchVisitor[], question: () => string): Promise<TurnTimes[]> {
  const times: TurnTimes[] = [];
  for (const visitor of visitors) times.push(await visitor.ask(question()));
  return times.slice(WARM_UP_TURNS);
}

async function askRepeats(world: BenchWorld): Promise<TurnTimes[]> {
  const visitors = await openVisitors(world, SINGLE_TURNS + WARM_UP_TURNS);
  const question = world.question();
  const times = await askOneByOne(visitors, () => question);
  for (const visitor of visitors) visitor.close();
  return times;
}

async function askAtOnce(world: BenchWorld): Promise<TurnTimes[]> {
  const visitors = await openVisitors(world, AT_ONCE);
  const times = await Promise.all(visitors.map((visitor) => visitor.ask(world.question())));
  for (const visitor of visitors) visitor.close();
  return times;
}

/** What this machine leaves of it to a script without a server: what is above it is ours. */
async function askBare(world: BenchWorld) {
  const script = await openBareScript(world);
  const ask = async () => ({ firstTokenMs: await script.ask(world.question()) });
  const single: { firstTokenMs: number }[] = [];
  for (let turn = 0; turn < SINGLE_TURNS + WARM_UP_TURNS; turn += 1) single.push(await ask());
  let atOnce: { firstTokenMs: number }[] = [];
  for (let burst = 0; burst < BURSTS; burst += 1) atOnce = await Promise.all(Array.from({ length: AT_ONCE }, ask));
  await script.close();
  return { single: single.slice(WARM_UP_TURNS), atOnce };
}
