import { randomUUID } from 'node:crypto';
import { expect, test, vi } from 'vitest';
import { log } from '../../../../shared/observability/logger.ts';
import { PAGE } from '../../../support/channel-fixture.ts';
import { useTestChannel } from '../../../support/use-test-channel.ts';

const channel = useTestChannel({ limitFactor: 0.1 });

/** How many queries the channel sends while `work` is done. */
async function queriesOf(work: () => Promise<unknown>): Promise<number> {
  const connections = vi.spyOn(channel.pool, 'connect'); // A query of the pool's takes one as well.
  await work();
  const count = connections.mock.calls.length;
  connections.mockRestore();
  return count;
}

test.each([
  ['the configuration of a widget', 'GET', '', 60],
  ['a session', 'POST', '/sessions', 6],
] as const)('%s is asked for without the database once the address has none left', async (_, method, rest, allowed) => {
  const ip = randomUUID();
  const path = `/v1/channel/widgets/${channel.tenant.widgetId}${rest}`;
  const ask = () => channel.call(method, path, { origin: PAGE, ip, ...(method === 'POST' && { body: {} }) });
  const first = await ask();
  for (let n = 0; n < allowed; n += 1) await ask();

  const queries = await queriesOf(async () => {
    for (let n = 0; n < 5; n += 1) {
      const { status, headers } = await ask();
      expect([status, headers['Access-Control-Allow-Origin']]).toEqual([429, PAGE]);
    }
  });

  expect(first.headers).toMatchObject({ 'RateLimit-Limit': String(allowed) });
  expect(queries).toBe(0);
});

test.each(['', '/sessions'])('a page that is refused at %s is looked at and told of once', async (rest) => {
  const told = vi.spyOn(log, 'security');
  const path = `/v1/channel/widgets/${channel.tenant.widgetId}${rest}`;

  const queries = await queriesOf(() =>
    channel.call(rest ? 'POST' : 'GET', path, { origin: 'https://evil.example', ...(rest && { body: {} }) }),
  );

  expect(told.mock.calls.map(([event]) => event)).toEqual(['origin_refused']);
  expect(queries).toBe(2); // Whose widget it is, and the widget.
  told.mockRestore();
});
