import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Services, startServices } from '../../../support/safety/rest/services.ts';

let services: Services;
beforeAll(async () => {
  services = await startServices();
});
afterAll(() => services?.stop());

interface Counted {
  readonly totals: { readonly searches: number; readonly answers: number };
  readonly days: readonly { readonly searches: number }[];
}

test('a search shows in the analytics of its creator, and of nobody else; one that is refused does not', async () => {
  const [mine, other] = [await services.hub.newCreator(), await services.hub.newCreator()];
  const search = (body: unknown) => services.call('ai', 'POST', '/v1/ai/search', { token: mine.key, body });
  const read = async (token: string): Promise<Counted> =>
    (await services.call('hub', 'GET', '/v1/hub/analytics', { token })).body;

  const statuses = [];
  for (const query of ['When do you open?', 'Is there parking?', '']) statuses.push((await search({ query })).status);
  const [own, foreign] = [await read(mine.key), await read(other.key)];

  expect(statuses).toEqual([200, 200, 400]);
  expect(own.totals).toMatchObject({ searches: 2, answers: 0 });
  expect(own.days.at(-1)).toMatchObject({ searches: 2 });
  expect(foreign.totals.searches).toBe(0);
});
