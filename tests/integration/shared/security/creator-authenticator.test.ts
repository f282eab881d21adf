import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HubService, startHubService } from '../../../support/hub-service.ts';

let hub: HubService;
beforeAll(async () => {
  hub = await startHubService();
});
afterAll(() => hub?.stop());

async function asOwner(statement: string): Promise<void> {
  const owner = new pg.Client({ connectionString: hub.database.migrationUrl });
  await owner.connect();
  await owner.query(statement).finally(() => owner.end());
}

test('a good API key is let in though its use cannot be noted, and is noted as soon as it can', async () => {
  const { id, key } = await hub.newCreator();
  const ask = async () => (await hub.call('GET', '/v1/hub/widgets', { token: key })).status;
  const lastUse = async () => {
    const select = 'select last_used_at from api_keys where creator_id = $1';
    const [row] = await hub.asAuth.readAsTenant(id, (db) => db.query(select, [id]));
    return row?.last_used_at;
  };

  await asOwner('revoke update on api_keys from understudy_hub');
  const unnoted = [await ask(), await lastUse()];
  await asOwner('grant update (last_used_at) on api_keys to understudy_hub');
  const noted = [await ask(), await lastUse()];

  expect(unnoted).toEqual([200, null]);
  expect(noted).toEqual([200, expect.any(Date)]);
});
