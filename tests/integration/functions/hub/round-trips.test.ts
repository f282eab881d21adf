import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { countFlights, type FlightCounter } from '../../../bench/world/flight-counter.ts';
import { type HubCreator, type HubService, startHubService } from '../../../support/hub-service.ts';
import { requireVariable } from '../../../support/test-database.ts';

let wire: FlightCounter;
let hub: HubService;
let creator: HubCreator;
let widgetPath: string;
beforeAll(async () => {
  wire = await countFlights(Number(new URL(requireVariable('TEST_DATABASE_URL')).port));
  hub = await startHubService((database) => {
    const address = new URL(database.urlFor('hub'));
    address.port = String(wire.port);
    return { DATABASE_URL: address.href };
  });
  creator = await hub.newCreator();
  const body = { name: 'Counted', allowed_origins: [] };
  const made: { id: string } = (await hub.call('POST', '/v1/hub/widgets', { token: creator.key, body })).body;
  widgetPath = `/v1/hub/widgets/${made.id}`;
});
afterAll(async () => {
  await hub?.stop();
  wire?.close();
});

/** Round trips of a request, once connections stand and the key's use is noted. */
async function tripsOf(method: string, path: string, body?: unknown): Promise<{ status: number; trips: number }> {
  const ask = () => hub.call(method, path, { token: creator.key, ...(body !== undefined && { body }) });
  await ask();
  wire.take();
  const { status } = await ask();
  return { status, trips: wire.take() };
}

describe('round trips to the database', () => {
  test('are one for a tenant’s read and two for its change, beside the look-up of the key', async () => {
    const lookUp = await tripsOf('PATCH', widgetPath, { surprise: true });
    const unknown = await tripsOf('GET', `/v1/hub/widgets/${randomUUID()}`);
    const read = await tripsOf('GET', widgetPath);
    const list = await tripsOf('GET', '/v1/hub/widgets');
    const listAndCount = await tripsOf('GET', '/v1/hub/documents');
    const change = await tripsOf('PATCH', widgetPath, { name: 'Counted again' });

    expect([lookUp, unknown, read, list, listAndCount, change]).toEqual([
      { status: 400, trips: 1 },
      { status: 404, trips: 2 },
      { status: 200, trips: 2 },
      { status: 200, trips: 2 },
      { status: 200, trips: 2 },
      { status: 200, trips: 3 },
    ]);
  });
});
