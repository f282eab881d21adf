import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RestRequest } from '../../support/rest-event.ts';
import { tellFigure } from '../../support/safety/figures.ts';
import { type Actor, newActor, PAGE, someVisitorToken } from '../../support/safety/rest/actors.ts';
import { faultsOf } from '../../support/safety/rest/envelope.ts';
import { entryOf, merge, nameOf, pathWith } from '../../support/safety/rest/matrix.ts';
import { type ServedRoute, type Services, servedRoutes, startServices } from '../../support/safety/rest/services.ts';

const ROUTES = servedRoutes();
const NAMED = ROUTES.map((route) => [nameOf(route), route] as const);
/** Nothing is counted there: probes must always get through. */
const isProbe = ({ path }: ServedRoute) => /\/(health|ready|metrics|jwks\.json)$/.test(path);
const REQUEST_ID = 'envelope-request';
/** Every limit falls to one. */
const ONE_EACH = '0.0001';

const seen = new Set<string>();
let services: Services;
let actor: Actor;
beforeAll(async () => {
  services = await startServices();
  actor = await newActor(services);
});
afterAll(async () => {
  tellFigure('A17', `${seen.size} pairs of route and status`, '100 % with envelope and request id', '100 %');
  await services?.stop();
});

const credential = (route: ServedRoute, { token, visitorToken }: Pick<Actor, 'token' | 'visitorToken'>): RestRequest =>
  route.permission === 'public' ? {} : { token: route.permission === 'visitor' ? visitorToken : token };
const fromPage = { headers: { Origin: PAGE } };

async function faults(
  host: Services,
  route: ServedRoute,
  statuses: readonly number[],
  ...requests: readonly RestRequest[]
): Promise<string[]> {
  const request = merge({ headers: { 'X-Request-ID': REQUEST_ID }, sourceIp: randomUUID() }, fromPage, ...requests);
  const path = pathWith(route, randomUUID());
  const answer = await host.call(route.service, route.method, path, request);
  seen.add(`${nameOf(route)} ${answer.status}`);
  return faultsOf(answer, statuses, REQUEST_ID);
}

describe('A17: errors', () => {
  test.each(NAMED)('of %s are the envelope with the request’s id, whatever is wrong', async (_, route) => {
    const good = credential(route, actor);
    const methods = ROUTES.filter(({ path }) => path === route.path).map(({ method }) => method as string);
    const wrongMethod = ['PUT', 'PATCH', 'DELETE', 'TRACE'].find((method) => !methods.includes(method)) ?? '';
    const ask = (statuses: readonly number[], ...requests: RestRequest[]) =>
      faults(services, route, statuses, ...requests);

    const found = {
      'another method': await faults(services, { ...route, method: wrongMethod as never }, [405]),
      'no credential': route.permission === 'public' ? [] : await ask([401]),
      'no JSON': await ask([400], good, { body: '{"broken' }),
      'no object': await ask([400], good, { body: '[1]' }),
      'an unknown field': await ask([400], good, { body: { surprise: true } }),
      'an unknown parameter': await ask([400], good, { query: { surprise: '1' } }),
      'another type': await ask([415], good, { body: 'a=b', headers: { 'Content-Type': 'text/plain' } }),
      'too large a body': await ask([413], good, { body: { name: 'x'.repeat(300_000) } }),
      'an unknown thing': route.path.includes('{')
        ? await ask([404], good, (await entryOf(route).request?.({ services, actor })) ?? {}, good)
        : [],
    };

    // Without a schema for the path, query and body come first; an id that cannot be known is told before either.
    if (route.path.includes('{'))
      expect(
        Object.values(found)
          .flat()
          .filter((fault) => !/^status 404, not 400$/.test(fault)),
      ).toEqual([]);
    else expect(found).toEqual(Object.fromEntries(Object.keys(found).map((name) => [name, []])));
  });

  test.each(['auth', 'hub', 'ai', 'channel'] as const)(
    'of paths that %s does not have are the envelope, too',
    async (service) => {
      const route = { service, method: 'GET', path: `/v1/${service}/nothing`, permission: 'public' } as ServedRoute;

      expect(await faults(services, route, [404])).toEqual([]);
    },
  );

  test.each(NAMED)('of %s have an id of ours where the client’s is not well formed', async (_, route) => {
    const ids = [];
    for (const given of [
      undefined,
      '',
      'short',
      'with space in it',
      'x'.repeat(65),
      'line\nfeed-and-more',
      'ümlaut-here',
    ]) {
      const headers: Record<string, string> = given === undefined ? {} : { 'X-Request-ID': given };
      const answer = await services.call(route.service, 'TRACE', pathWith(route, randomUUID()), { headers });
      const id = String(answer.headers['X-Request-ID']);
      ids.push(id);
      expect(faultsOf(answer, [405], id)).toEqual([]);
    }

    expect(ids.filter((id) => !/^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(id))).toEqual([]);
  });
});

describe('A17: limits', () => {
  let limited: Services;
  beforeAll(async () => {
    limited = await startServices({ RATE_LIMIT_FACTOR: ONE_EACH });
  });
  afterAll(() => limited?.stop());

  const COUNTED = NAMED.filter(([, route]) => !isProbe(route) && route.permission !== 'visitor');

  test.each(COUNTED.filter(([, { permission }]) => permission !== 'public'))(
    'of %s are told by the envelope with Retry-After',
    async (_, route) => {
      const { key } = await limited.hub.newCreator();
      await faults(limited, route, [], { token: key });

      expect(await faults(limited, route, [429], { token: key })).toEqual([]);
    },
  );
});

describe('A17: without a database', () => {
  // Asking for a new password answers alike whatever happens behind it: anything else would tell who has an account.
  const ALIKE = new Set(['POST /v1/auth/password/forgot']);
  const NEEDS_DATABASE = NAMED.filter(([name, { path }]) => !/\/(health|metrics)$/.test(path) && !ALIKE.has(name));
  let broken: Services;
  beforeAll(async () => {
    broken = await startServices({ DATABASE_URL: 'postgres://nobody:nothing@127.0.0.1:9/none' });
  });
  afterAll(() => broken?.stop());

  test.each(NEEDS_DATABASE)('%s says so by the envelope, and nothing internal', async (name, route) => {
    const { key } = await broken.hub.newCreator();
    const request = (await entryOf(route).request?.({ services, actor })) ?? {};
    const visitor = route.permission === 'visitor';
    const token = visitor ? await someVisitorToken(broken) : key;

    // An address of ours that no database is asked about may also be refused before.
    const found = await faults(broken, route, [500, 503], request, route.permission === 'public' ? {} : { token });

    expect([name, found]).toEqual([name, []]);
  });
});
