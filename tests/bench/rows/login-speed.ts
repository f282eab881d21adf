import { setTimeout as pause } from 'node:timers/promises';
import { openBcryptWorkers } from '../../../shared/security/bcrypt-workers.ts';
import type { BenchRow } from '../bench-row.ts';
import { quantile } from '../figure.ts';
import type { BenchWorld } from '../world/bench-world.ts';
import { timed } from '../world/timed.ts';

const LOGINS = 20;
const COST = 12;

/** Logins beside the hash that each has to make, and whether others wait meanwhile. */
export const loginSpeed: BenchRow = {
  ids: ['C7'],
  measure: async (bench) => {
    const world = await bench.world();
    const workers = openBcryptWorkers({ size: 1 });
    const text = 'a'.repeat(64);
    const stored = await workers.hash(text, COST);
    await logIn(world);
    const hashes: number[] = [];
    const logins: number[] = [];
    // In turns, so that whatever else the machine does meets both.
    for (let n = 0; n < LOGINS; n += 1) {
      hashes.push(await timed(() => workers.compare(text, stored)));
      logins.push(await timed(() => logIn(world)));
    }
    await workers.close();
    const quiet = await watchHealth(world, async () => pause(1_500));
    const during = await watchHealth(world, async () => {
      for (let n = 0; n < 5; n += 1) await logIn(world);
    });
    const reached = quantile(logins, 0.95) / quantile(hashes, 0.95);
    const note = `${Math.round(quantile(logins, 0.95))} ms beside ${Math.round(quantile(hashes, 0.95))} ms`;
    const stall = Math.max(0, quantile(during, 0.95) - quantile(quiet, 0.95));
    return [
      { id: 'C7', name: 'login p95 ÷ the hash alone', reached, atMost: 1.3, note },
      { id: 'C7', name: 'stall of others by a login, p95', reached: stall, atMost: 10, unit: 'ms' },
    ];
  },
};

async function logIn({ client, creator }: BenchWorld): Promise<void> {
  const body = { email: creator.email, password: creator.password };
  const { status } = await client.rest('POST', '/v1/auth/login', { body });
  if (status !== 200) throw new Error(`logging in answered ${status}`);
}

/** Times of the function's cheapest route, one call after the other, while `work` runs. */
async function watchHealth({ client }: BenchWorld, work: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  let running = true;
  const done = work().finally(() => {
    running = false;
  });
  while (running) {
    times.push(await timed(() => client.rest('GET', '/v1/auth/health')));
    await pause(2);
  }
  await done;
  return times;
}
