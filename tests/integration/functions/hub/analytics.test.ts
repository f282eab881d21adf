import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPool } from '../../../../shared/database/pool.ts';
import { openTenantDatabase, type TenantDatabase } from '../../../../shared/database/tenant-database.ts';
import { countUsage } from '../../../../shared/database/usage.ts';
import { type HubCreator, type HubService, startHubService } from '../../../support/hub-service.ts';

const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);
const TODAY = dayOf(Date.now());

describe('analytics', () => {
  let hub: HubService;
  let pool: pg.Pool;
  let asChannel: TenantDatabase;
  let mine: HubCreator;
  let other: HubCreator;

  beforeAll(async () => {
    hub = await startHubService();
    pool = openPool(hub.database.urlFor('channel'), { maxConnections: 2 });
    asChannel = openTenantDatabase(pool);
    [mine, other] = await Promise.all([hub.newCreator(), hub.newCreator()]);
    for (const name of ['Anna', 'Boris', 'Chiara']) {
      await ask(mine.id, { question: `Is there parking, ${name}?`, refused: true });
    }
    await ask(mine.id, { question: 'When do you open?', refused: false, rating: 'up' });
    await ask(other.id, { question: 'Somebody else’s question?', refused: true });
    await hub.asAi.withTenant(mine.id, (db) =>
      countUsage(db, mine.id, { answers: 4, refusals: 3, prompt_tokens: 900, answer_tokens: 77, searches: 5 }),
    );
  });

  afterAll(async () => {
    await pool?.end();
    await hub?.stop();
  });

  /** A conversation of one question and its answer. */
  const ask = (creatorId: string, asked: { question: string; refused: boolean; rating?: 'up' }) => {
    const [conversation, turn, question, answer] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
    return asChannel.withTenant(creatorId, async (db) => {
      await db.query(
        `insert into conversations (creator_id, id, visitor_id, origin) values ($1, $2, $3, 'https://a.example')`,
        [creatorId, conversation, randomUUID()],
      );
      await db.query(
        `insert into turns (creator_id, id, conversation_id, client_message_id, number, status, question_message_id,
           answer_message_id, finish_reason) values ($1, $2, $3, $4, 1, 'completed', $5, $6, 'stop')`,
        [creatorId, turn, conversation, randomUUID(), question, answer],
      );
      await db.query(
        `insert into messages (creator_id, id, conversation_id, turn_id, role, text, refused)
         values ($1, $2, $4, $5, 'visitor', $6, false), ($1, $3, $4, $5, 'assistant', 'So it is.', $7)`,
        [creatorId, question, answer, conversation, turn, asked.question, asked.refused],
      );
      if (!asked.rating) return;
      const rated = [creatorId, answer, asked.rating];
      await db.query('insert into feedback (creator_id, message_id, rating) values ($1, $2, $3)', rated);
    });
  };
  const read = (path: string, query: Record<string, string> = {}, by = mine) =>
    hub.call('GET', `/v1/hub/analytics${path}`, { token: by.key, query });

  test('tell what happened each day, and in all', async () => {
    const { status, body } = await read('');

    const counted = {
      conversations: 4,
      turns: 4,
      answered: 1,
      refused: 3,
      failed: 0,
      feedback_up: 1,
      feedback_down: 0,
    };
    const used = { answers: 4, prompt_tokens: 900, answer_tokens: 77, searches: 5 };
    expect(status).toBe(200);
    const { days, totals, to } = body as { days: { day: string }[]; totals: object; to: string };
    expect([days.length, to, days.at(-1)]).toEqual([30, TODAY, { day: TODAY, ...counted, ...used }]);
    expect(totals).toEqual({ ...counted, ...used });
  });

  test('of a span of days are those days alone', async () => {
    const { body } = await read('', { from: '2026-01-30', to: '2026-02-02' });

    const { days, totals } = body as { days: { day: string }[]; totals: Record<string, number> };
    expect(days.map(({ day }) => day)).toEqual(['2026-01-30', '2026-01-31', '2026-02-01', '2026-02-02']);
    expect(Object.values(totals).every((amount) => amount === 0)).toBe(true);
  });

  test('reach no further back than the days that can be asked for', async () => {
    const { status, body } = await read('', { to: '2000-01-15' });

    const { from, days } = body as { from: string; days: object[] };
    expect([status, from, days.length]).toEqual([200, '2000-01-01', 15]);
  });

  test.each([
    { from: '2026-02-01', to: '2026-01-01' },
    { from: '2000-01-01', to: '2026-01-01' },
    { from: '0001-01-01' },
    { from: '2026-02-30' },
    { to: 'yesterday' },
    { until: '2026-01-01' },
  ])('refuse %o', async (query) => {
    expect((await read('', query as unknown as Record<string, string>)).status).toBe(400);
  });

  test('name what nobody could answer by the words that several visitors used, and by no other', async () => {
    const { body, text } = await read('/unanswered');

    expect(body).toEqual({ data: [{ words: ['parking'], questions: 3, last_asked_on: TODAY }], min_visitors: 3 });
    expect(text).not.toMatch(/anna|boris|chiara|somebody/i);
  });

  test('of another creator hold nothing of mine', async () => {
    const [counts, topics] = [await read('', {}, other), await read('/unanswered', {}, other)];

    expect(counts.body).toMatchObject({ totals: { conversations: 1, answers: 0 } });
    expect(topics.body).toMatchObject({ data: [] });
  });
});
