import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildOpenApiFile } from '../../../infra/build/openapi-file.ts';
import type { RestAnswer, RestRequest } from '../../support/rest-event.ts';
import { figure, tellFigure } from '../../support/safety/figures.ts';
import { type Actor, newActor } from '../../support/safety/rest/actors.ts';
import { brokenCredentials, type Credential, wrongCredentials } from '../../support/safety/rest/credentials.ts';
import { comparable, ENTRIES, entryOf, merge, nameOf, pathWith } from '../../support/safety/rest/matrix.ts';
import { type ServedRoute, type Services, servedRoutes, startServices } from '../../support/safety/rest/services.ts';

const ROUTES = servedRoutes();
const NAMED = ROUTES.map((route) => [nameOf(route), route] as const);
const WITH_ID = NAMED.filter(([, { path }]) => path.includes('{'));

let services: Services;
/** `mine` asks, and nothing of `other`, who has the same of everything, may ever show. */
let mine: Actor;
let other: Actor;
let broken: readonly Credential[];
let calls = 0;
/** What came, as `GET /v1/hub/widgets: 404`. */
const seen = new Set<string>();
beforeAll(async () => {
  services = await startServices();
  [mine, other] = [await newActor(services), await newActor(services)];
  broken = await brokenCredentials(services, mine);
});
afterAll(async () => {
  tellFigure('A4', `${calls} calls`, '100 % of routes', `${ROUTES.length} of ${ROUTES.length} routes`);
  await services?.stop();
});

interface Thing {
  readonly id: string;
  readonly token?: string;
}

async function ownThing(route: ServedRoute, actor: Actor): Promise<Thing> {
  const made = await entryOf(route).own?.({ services, actor });
  return typeof made === 'object' ? made : { id: made ?? '' };
}

const requestOf = async (route: ServedRoute, actor: Actor): Promise<RestRequest> =>
  (await entryOf(route).request?.({ services, actor })) ?? {};

/** What lets this creator in: a session token, or the thing's own. */
const goodFor = (route: ServedRoute, actor: Actor, thing?: Thing): RestRequest => {
  if (thing?.token !== undefined) return { token: thing.token };
  return route.permission === 'public' || route.permission === 'visitor' ? {} : { token: actor.token };
};

async function call(route: ServedRoute, id: string, ...requests: readonly RestRequest[]): Promise<RestAnswer> {
  calls += 1;
  const request = merge({ headers: { 'X-Request-ID': 'matrix-request' }, sourceIp: randomUUID() }, ...requests);
  const answer = await services.call(route.service, route.method, pathWith(route, id), request);
  seen.add(`${nameOf(route)}: ${answer.status}`);
  return answer;
}

/** In short runs each route meets every fourth of the broken credentials, and neighbours meet different ones. */
const shareFor = (route: ServedRoute): readonly Credential[] =>
  broken.filter((_, place) => (place + ROUTES.indexOf(route)) % figure(4, 1) === 0);

describe('A4: the matrix of routes', () => {
  test('knows every route that is served or documented', async () => {
    const { paths } = JSON.parse(Buffer.from(await buildOpenApiFile()).toString('utf8'));
    const documented = Object.entries<object>(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );

    expect(ROUTES.map(nameOf).filter((name) => !ENTRIES[name])).toEqual([]);
    expect(documented.sort()).toEqual(ROUTES.map(nameOf).sort());
  });

  test.each(NAMED)(
    '%s refuses broken, expired and insufficient credentials, whatever id is asked for',
    async (_, route) => {
      const own = await ownThing(route, mine);
      const foreign = await ownThing(route, other);
      const { token: _token, ...request } = await requestOf(route, mine);
      const guarded = route.permission !== 'public' || route.path.endsWith('/metrics');
      const refused = [...(guarded ? shareFor(route) : []), ...(await wrongCredentials(route, mine))];

      for (const credential of refused) {
        const answers = [];
        for (const id of [own.id, foreign.id, randomUUID()])
          answers.push(await call(route, id, request, credential.request));

        const [first, ...rest] = answers.map(comparable);
        expect([credential.name, answers[0]?.status]).toEqual([credential.name, credential.status]);
        expect(rest).toEqual([first, first]);
      }
    },
  );

  test.each(WITH_ID)(
    '%s answers for a foreign thing as for an unknown one, and works on one’s own',
    async (_, route) => {
      const [own, foreign] = [await ownThing(route, mine), await ownThing(route, other)];
      const request = await requestOf(route, mine);
      const isPublic = route.permission === 'public';
      // A widget's public face is for every visitor of its page: there is nobody to whom it is foreign.
      const strange = isPublic
        ? [randomUUID()]
        : [foreign.id, foreign.id.toUpperCase(), randomUUID(), 'no-id', '%00', own.id + own.id];

      const refused = [];
      for (const id of strange) refused.push(await call(route, id, request, goodFor(route, mine, own)));
      const byOther = await call(route, own.id, request, goodFor(route, other, foreign));
      const succeeded = await call(route, own.id, request, goodFor(route, mine, own));

      expect(refused.map(({ status }) => status)).toEqual(strange.map(() => 404));
      expect(new Set(refused.map((answer) => JSON.stringify(comparable(answer)))).size).toBe(1);
      if (!isPublic) expect(comparable(byOther)).toEqual(comparable(refused[0] as RestAnswer));
      expect([succeeded.status, succeeded.text]).toEqual([
        entryOf(route).succeeds,
        expect.not.stringContaining(other.mark),
      ]);
    },
  );

  test.each(NAMED.filter(([, { path }]) => !path.includes('{')))(
    '%s shows nothing of another creator',
    async (_, route) => {
      const entry = entryOf(route);
      const actor = entry.endsSession ? await newActor(services) : mine;
      const request = await requestOf(route, actor);

      const answer = await call(route, '', goodFor(route, actor), request);
      const foreign =
        entry.naming &&
        (await call(route, '', goodFor(route, actor), entry.naming(other.widgetId, { services, actor })));
      const unknown =
        entry.naming && (await call(route, '', goodFor(route, actor), entry.naming(randomUUID(), { services, actor })));

      expect(answer.status).toBe(entry.succeeds);
      for (const secret of [other.id, other.mark, other.widgetId]) expect(answer.text).not.toContain(secret);
      expect(foreign && comparable(foreign)).toEqual(unknown && comparable(unknown));
    },
  );

  test('met no status that the document does not tell of that route', async () => {
    const { paths } = JSON.parse(Buffer.from(await buildOpenApiFile()).toString('utf8'));
    const told = Object.entries<Record<string, { responses: object }>>(paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, { responses }]) =>
        Object.keys(responses).map((status) => `${method.toUpperCase()} ${path}: ${status}`),
      ),
    );

    expect(seen.size).toBeGreaterThan(ROUTES.length);
    expect([...seen].filter((each) => !told.includes(each))).toEqual([]);
  });
});
