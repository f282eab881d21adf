import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tellFigure } from '../../support/safety/figures.ts';
import { type Actor, newActor } from '../../support/safety/rest/actors.ts';
import { auditTrail } from '../../support/safety/rest/audit-trail.ts';
import { entryOf, merge, nameOf, pathWith } from '../../support/safety/rest/matrix.ts';
import { type ServedRoute, type Services, servedRoutes, startServices } from '../../support/safety/rest/services.ts';

const NAMED = servedRoutes().map((route) => [nameOf(route), route] as const);
/** Routes that change something and tell the trail nothing: a new one is a decision. */
const SILENT_CHANGES = [
  'POST /v1/auth/verify-email',
  'POST /v1/auth/refresh',
  'POST /v1/ai/search',
  'POST /v1/ai/answers',
  'POST /v1/channel/tickets',
];

let services: Services;
let actor: Actor;
let changes = 0;
beforeAll(async () => {
  services = await startServices();
  actor = await newActor(services);
});
afterAll(async () => {
  tellFigure('A17', 'audit rows', '= changes', `${changes} changes, ${changes} rows`);
  await services?.stop();
});

/** The actions that one good call adds to its creator's trail. */
async function told(route: ServedRoute, caller: Actor): Promise<{ status: number; actions: string[] }> {
  const entry = entryOf(route);
  const own = await entry.own?.({ services, actor: caller });
  const { id, token } = typeof own === 'object' ? own : { id: own ?? '', token: undefined };
  const request = (await entry.request?.({ services, actor: caller })) ?? {};
  const good = token ?? (['public', 'visitor'].includes(route.permission) ? request.token : caller.token);
  const before = await auditTrail(services, caller.id);

  const sent = merge({ sourceIp: randomUUID() }, request, good === undefined ? {} : { token: good });
  const { status } = await services.call(route.service, route.method, pathWith(route, id), sent);

  const after = await auditTrail(services, caller.id);
  return { status, actions: after.slice(before.length).map(({ action }) => action) };
}

describe('A17: the audit trail', () => {
  test.each(NAMED)('tells of %s once, or says why it does not', async (_, route) => {
    const entry = entryOf(route);
    const caller = entry.endsSession ? await newActor(services) : actor;
    const expected = typeof entry.audits === 'string' ? [entry.audits] : [];

    const { status, actions } = await told(route, caller);

    changes += expected.length;
    expect([status, actions]).toEqual([entry.succeeds, expected]);
  });

  test('leaves out no route that changes something but a closed list', () => {
    const silent = NAMED.filter(([, route]) => route.method !== 'GET' && typeof entryOf(route).audits !== 'string');

    expect(silent.map(([name]) => name).sort()).toEqual(SILENT_CHANGES.toSorted());
  });
});
