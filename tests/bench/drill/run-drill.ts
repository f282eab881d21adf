import { setTimeout as pause } from 'node:timers/promises';
import { runProgram, UsageError } from '../../../shared/config/command-line.ts';
import { freezePart, HOST_PARTS, type HostPart } from '../../support/host-parts.ts';
import { until } from '../../support/until.ts';
import { type BenchWorld, METRICS_TOKEN, startBenchWorld } from '../world/bench-world.ts';
import { watchVisitor } from './watch-visitor.ts';

// The command behind `npm run drill`: parts of a local host hang one at a time under light load, and a table tells
// what an operator and a visitor saw. The source of the table in docs/runbook.md.

const HELP = `Lets Redis, Chroma, Postgres and the model of a local host of its own hang, one at a time, and tells what showed.

  npm run drill                    all four, 20 seconds each
  npm run drill -- --seconds 30    another time
  npm run drill -- --help          prints this
`;

const SERVICES = ['auth', 'hub', 'ai', 'channel'] as const;
const HEALED_WITHIN_MS = 120_000;

async function drill(world: BenchWorld, part: HostPart, forMs: number): Promise<Record<string, string>> {
  const visitor = await watchVisitor(world);
  const goOn = freezePart(world.host, part);
  const startedAtMs = performance.now();
  try {
    await visitor.ask();
    const rest = statusesOf(world, forMs / 2);
    await pause(forMs / 2);
    const [ready, services, breakers] = await Promise.all([readiness(world, '/ready'), perService(world), open(world)]);
    const seen = { part, '/ready': ready, services, breakers, REST: await rest };
    await pause(Math.max(0, forMs - (performance.now() - startedAtMs)));
    goOn();
    const backAtMs = performance.now();
    const first = await visitor.outcome();
    await until('everything to be ready', async () => (await perService(world)) === '200', HEALED_WITHIN_MS);
    await until('breakers to close', async () => (await open(world)) === 'none', HEALED_WITHIN_MS);
    const healed = `${((performance.now() - backAtMs) / 1_000).toFixed(0)} s`;
    return { ...seen, visitor: first, 'whole again after': healed };
  } finally {
    goOn();
    visitor.close();
  }
}

const within = () => AbortSignal.timeout(10_000);

async function readiness({ host }: BenchWorld, path: string): Promise<string> {
  try {
    const answer = await fetch(`${host.endpoints.rest_url}${path}`, { signal: within() });
    if (answer.status === 200) return '200';
    const { error } = (await answer.json()) as { error: { details: { checks?: Record<string, string> } } };
    const down = Object.entries(error.details.checks ?? {}).filter(([, state]) => state === 'down');
    return `${answer.status} ${down.map(([name]) => name).join(', ')}`.trim();
  } catch {
    return 'no answer';
  }
}

async function perService(world: BenchWorld): Promise<string> {
  const told = await Promise.all(SERVICES.map((service) => readiness(world, `/v1/${service}/ready`)));
  if (told.every((each) => each === '200')) return '200';
  return told.flatMap((each, place) => (each === '200' ? [] : [`${SERVICES[place]} ${each}`])).join('; ');
}

/** Which breakers the gauge shows as open; `no answer` when the counters cannot be read. */
async function open({ host }: BenchWorld): Promise<string> {
  try {
    const headers = { Authorization: `Bearer ${METRICS_TOKEN}` };
    const answer = await fetch(`${host.endpoints.rest_url}/metrics`, { headers, signal: within() });
    if (answer.status !== 200) return `/metrics ${answer.status}`;
    const found = (await answer.text()).matchAll(/^understudy_breaker_open\{upstream="(\w+)"\} 1$/gm);
    return [...found].map(([, name]) => name).join(', ') || 'none';
  } catch {
    return 'no answer';
  }
}

/** Light load: a list and a search twice a second; which statuses they got. */
async function statusesOf(world: BenchWorld, forMs: number): Promise<string> {
  const { client, creator } = world;
  const calls: Promise<string>[] = [];
  const told = async (what: string, call: Promise<{ status: number }>) => {
    const answer = await call.catch(() => ({ status: 'no answer' }));
    return `${what} ${answer.status}`;
  };
  for (const endMs = performance.now() + forMs; performance.now() < endMs; ) {
    const query = world.question();
    calls.push(told('list', client.rest('GET', '/v1/hub/documents', { token: creator.token })));
    calls.push(told('search', client.rest('POST', '/v1/ai/search', { token: creator.token, body: { query } })));
    await pause(500);
  }
  const counts = new Map<string, number>();
  for (const each of await Promise.all(calls)) counts.set(each, (counts.get(each) ?? 0) + 1);
  return [...counts]
    .map(([what, count]) => `${what} × ${count}`)
    .sort()
    .join(', ');
}

async function drillAll(seconds: number): Promise<number> {
  const world = await startBenchWorld({ env: { OLLAMA_HOST: '' } });
  try {
    const rows: Record<string, string>[] = [];
    for (const part of HOST_PARTS) {
      const row = await drill(world, part, seconds * 1_000);
      console.error(JSON.stringify(row));
      rows.push(row);
    }
    console.table(rows);
  } finally {
    await world.stop();
  }
  return 0;
}

await runProgram({
  call: 'npm run drill',
  help: HELP,
  options: { seconds: { type: 'string', default: '20' } },
  run: (values) => {
    const seconds = Number(values.seconds);
    if (!(seconds >= 5 && seconds <= 120)) throw new UsageError('--seconds takes 5 to 120');
    return drillAll(seconds);
  },
});
