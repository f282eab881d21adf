import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { BenchRow } from '../bench-row.ts';
import { quantile } from '../figure.ts';
import type { BenchWorld } from '../world/bench-world.ts';
import { timed } from '../world/timed.ts';

const PER_SECOND = 50;
const SECONDS = 8;
const WARM_UP = 60;

/** Reads and writes of one creator at a steady rate, beside a bare `select 1` at the same time. */
export const restLatency: BenchRow = {
  ids: ['C7'],
  measure: async (bench) => {
    const world = await bench.world();
    const requests = mixedRequests(world);
    for (let n = 0; n < WARM_UP; n += 1) await requests(n);
    const database = new pg.Client({ connectionString: world.host.endpoints.database_url });
    await database.connect();
    const selects: number[] = [];
    const calls: Promise<number>[] = [];
    const startedAtMs = performance.now();
    for (let n = 0; n < PER_SECOND * SECONDS; n += 1) {
      await pause(Math.max(0, startedAtMs + (n * 1_000) / PER_SECOND - performance.now()));
      calls.push(timed(() => requests(n)));
      if (n % 5 === 0) selects.push(await timed(() => database.query('select 1')));
    }
    const times = await Promise.all(calls);
    await database.end();
    const note = `select 1 at the same time: ${quantile(selects, 0.95).toFixed(1)} ms`;
    return [
      {
        id: 'C7',
        name: 'REST p95 at 50 requests a second',
        reached: quantile(times, 0.95),
        atMost: 25,
        unit: 'ms',
        note,
      },
      { id: 'C7', name: 'REST median', reached: quantile(times, 0.5), unit: 'ms' },
    ];
  },
};

function mixedRequests({ client, creator, widgetId }: BenchWorld): (n: number) => Promise<void> {
  const { token } = creator;
  const kinds = [
    () => client.rest('GET', '/v1/hub/documents', { token }),
    () => client.rest('GET', `/v1/hub/widgets/${widgetId}`, { token }),
    () => client.rest('PATCH', `/v1/hub/widgets/${widgetId}`, { token, body: { greeting: `Hello ${Math.random()}` } }),
    () => client.rest('GET', '/v1/auth/me', { token }),
    () => client.rest('GET', '/v1/hub/settings', { token }),
  ];
  return async (n) => {
    const answer = await kinds[n % kinds.length]?.();
    if (answer?.status !== 200) throw new Error(`request ${n % kinds.length} answered ${answer?.status}`);
  };
}
