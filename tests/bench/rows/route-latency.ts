import { setTimeout as pause } from 'node:timers/promises';
import type { BenchRow } from '../bench-row.ts';
import { type Figure, quantile } from '../figure.ts';
import { PAGE_ORIGIN } from '../world/bench-client.ts';
import type { BenchWorld } from '../world/bench-world.ts';
import { timed } from '../world/timed.ts';

const CALLS = 15;
const CALLS_IN_FULL = 200;
/** The limit of the requirements (O4); what makes a password hash or asks the model is measured elsewhere. */
const GOAL_MS = 200;
const PAUSE_MS = 5;

interface Walk {
  /** As OpenAPI names it: method and path. */
  readonly route: string;
  readonly succeeds: number;
  /** A new thing for each call, not timed: its id goes into the path. */
  readonly target?: (world: BenchWorld) => Promise<string>;
  readonly body?: (world: BenchWorld) => unknown;
  readonly credential?: 'creator' | 'none' | 'visitor';
}

const FILE = { filename: 'notes.md', content_type: 'text/markdown', size_bytes: 12 };
const NEW_WIDGET = { name: 'Bench', allowed_origins: [PAGE_ORIGIN] };
const newAnswer = () => ({ question: `What is ${Math.random()}?`, answer: 'Nobody knows.' });

const made =
  (path: string, body: () => unknown, idOf = (found: { id: string }) => found.id) =>
  async ({ client, creator }: BenchWorld) =>
    idOf((await client.rest('POST', path, { token: creator.token, body: body() })).body);
const document = made(
  '/v1/hub/documents',
  () => FILE,
  (found) => (found as unknown as { document: { id: string } }).document.id,
);
const answer = made('/v1/hub/answers', newAnswer);
const widget = made('/v1/hub/widgets', () => NEW_WIDGET);
const key = made(
  '/v1/auth/api-keys',
  () => ({ name: 'Bench', permissions: ['documents:read'] }),
  (found) => (found as unknown as { api_key: { id: string } }).api_key.id,
);

const read = (route: string): Walk => ({ route: `GET ${route}`, succeeds: 200 });
const WALKS: readonly Walk[] = [
  { ...read('/health'), credential: 'none' },
  { ...read('/ready'), credential: 'none' },
  { ...read('/.well-known/jwks.json'), credential: 'none' },
  read('/v1/auth/me'),
  read('/v1/auth/sessions'),
  read('/v1/auth/api-keys'),
  { route: 'DELETE /v1/auth/api-keys/{id}', succeeds: 204, target: key },
  read('/v1/hub/documents'),
  { ...read('/v1/hub/documents/{id}'), target: document },
  { route: 'POST /v1/hub/documents', succeeds: 201, body: () => FILE },
  { route: 'DELETE /v1/hub/documents/{id}', succeeds: 202, target: document },
  read('/v1/hub/answers'),
  { ...read('/v1/hub/answers/{id}'), target: answer },
  { route: 'POST /v1/hub/answers', succeeds: 201, body: newAnswer },
  { route: 'PATCH /v1/hub/answers/{id}', succeeds: 200, target: answer, body: () => ({ answer: `${Math.random()}` }) },
  { route: 'DELETE /v1/hub/answers/{id}', succeeds: 204, target: answer },
  read('/v1/hub/widgets'),
  { ...read('/v1/hub/widgets/{id}'), target: widget },
  { ...read('/v1/hub/widgets/{id}/embed'), target: widget },
  { route: 'POST /v1/hub/widgets', succeeds: 201, body: () => NEW_WIDGET },
  {
    route: 'PATCH /v1/hub/widgets/{id}',
    succeeds: 200,
    target: widget,
    body: () => ({ greeting: `${Math.random()}` }),
  },
  { route: 'DELETE /v1/hub/widgets/{id}', succeeds: 204, target: widget },
  read('/v1/hub/settings'),
  { route: 'PATCH /v1/hub/settings', succeeds: 200, body: () => ({ retention_days: 30 + (Date.now() % 300) }) },
  read('/v1/hub/usage'),
  read('/v1/hub/conversations'),
  read('/v1/hub/analytics'),
  read('/v1/hub/analytics/unanswered'),
  read('/v1/hub/audit-events'),
  { route: 'POST /v1/ai/search', succeeds: 200, body: (world) => ({ query: world.question() }) },
  read('/v1/ai/models'),
  { ...read('/v1/channel/widgets/{id}'), target: async ({ widgetId }) => widgetId, credential: 'visitor' },
  {
    ...{ route: 'POST /v1/channel/widgets/{id}/sessions', succeeds: 201, credential: 'visitor' },
    ...{ target: async ({ widgetId }) => widgetId, body: () => ({}) },
  },
];

/** Each route by itself, one call after the other. */
export const routeLatency: BenchRow = {
  ids: ['C7'],
  measure: async (bench) => {
    const world = await bench.world();
    const calls = bench.full ? CALLS_IN_FULL : CALLS;
    const found: [string, number][] = [];
    for (const walk of WALKS) found.push([walk.route, quantile(await timesOf(world, walk, calls), 0.95)]);
    const slowest = found.toSorted(([, a], [, b]) => b - a)[0];
    const left = await leftOut(world);
    return [
      ...found.map(([route, reached]): Figure => ({ id: 'C7', name: `p95 of ${route}`, reached, unit: 'ms' })),
      {
        ...{ id: 'C7', name: 'p95 of the slowest route', reached: slowest?.[1] ?? Number.NaN, atMost: GOAL_MS },
        ...{ unit: 'ms', note: `${slowest?.[0]}; ${WALKS.length} routes, ${left} more are not walked` },
      },
    ];
  },
};

async function timesOf(world: BenchWorld, walk: Walk, calls: number): Promise<number[]> {
  const [method = '', path = ''] = walk.route.split(' ');
  const caller = {
    ...(walk.credential === 'visitor' && { origin: PAGE_ORIGIN }),
    ...((walk.credential ?? 'creator') === 'creator' && { token: world.creator.token }),
  };
  const times: number[] = [];
  for (let n = 0; n <= calls; n += 1) {
    const full = walk.target ? path.replace('{id}', await walk.target(world)) : path;
    const body = walk.body?.(world);
    await pause(PAUSE_MS);
    const took = await timed(async () => {
      const { status } = await world.client.rest(method, full, { ...caller, ...(body !== undefined && { body }) });
      if (status !== walk.succeeds) throw new Error(`${walk.route} answered ${status}`);
    });
    if (n > 0) times.push(took); // The first is a warm-up.
  }
  return times;
}

/** How many routes of the API stand in no walk. */
async function leftOut({ client }: BenchWorld): Promise<number> {
  const { body } = await client.rest('GET', '/openapi.json');
  const routes = Object.entries(body.paths as Record<string, object>).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  return routes.filter((route) => !WALKS.some((walk) => walk.route === route)).length;
}
