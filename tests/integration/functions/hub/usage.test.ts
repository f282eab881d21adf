import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { countUsage } from '../../../../shared/database/usage.ts';
import { type HubService, startHubService } from '../../../support/hub-service.ts';

describe('usage', () => {
  let hub: HubService;
  beforeAll(async () => {
    hub = await startHubService();
  });
  afterAll(() => hub?.stop());

  test('tells how the day stands against the daily spend limit, to each creator their own', async () => {
    const [mine, other] = await Promise.all([hub.newCreator(), hub.newCreator()]);
    const read = async (token: string): Promise<{ spending: string }> =>
      (await hub.call('GET', '/v1/hub/usage', { token })).body;
    const give = (answers: number) => hub.asAi.withTenant(mine.id, (db) => countUsage(db, mine.id, { answers }));

    const before = await read(mine.key);
    await hub.call('PATCH', '/v1/hub/settings', { token: mine.key, body: { daily_spend_limit: 10 } });
    const states: string[] = [];
    for (const answers of [7, 1, 1, 1]) {
      await give(answers);
      states.push((await read(mine.key)).spending);
    }

    const none = { answers_today: 0, answers_under_way: 0, daily_spend_limit: null, spending: 'open' };
    expect([before, await read(other.key)]).toEqual([none, none]);
    expect(states).toEqual(['open', 'near', 'near', 'reached']);
    expect(await read(mine.key)).toMatchObject({ answers_today: 10, daily_spend_limit: 10 });
  });
});
