import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPool } from '../../../../shared/database/pool.ts';
import { openTenantDatabase, type TenantDatabase } from '../../../../shared/database/tenant-database.ts';
import { type HubCreator, type HubService, startHubService } from '../../../support/hub-service.ts';

interface Page {
  readonly data: { readonly id: string; readonly text: string; readonly action: string }[];
  readonly next_cursor: string | null;
}

const TODAY = new Date().toISOString().slice(0, 10);

describe('conversations as their creator reads them', () => {
  let hub: HubService;
  let pool: pg.Pool;
  let asChannel: TenantDatabase;
  let mine: HubCreator;
  let other: HubCreator;
  let widgetId: string;
  let conversationId: string;

  beforeAll(async () => {
    hub = await startHubService();
    pool = openPool(hub.database.urlFor('channel'), { maxConnections: 2 });
    asChannel = openTenantDatabase(pool);
    [mine, other] = await Promise.all([hub.newCreator(), hub.newCreator()]);
    const widget = await hub.call('POST', '/v1/hub/widgets', {
      token: mine.key,
      body: { name: 'W', allowed_origins: [] },
    });
    widgetId = (widget.body as { id: string }).id;
    conversationId = await converse(mine.id, widgetId);
  });

  afterAll(async () => {
    await pool?.end();
    await hub?.stop();
  });

  const converse = async (creatorId: string, widget: string | null): Promise<string> => {
    const id = randomUUID();
    const answerId = randomUUID();
    await asChannel.withTenant(creatorId, async (db) => {
      await db.query(
        `insert into conversations (creator_id, id, widget_id, visitor_id, origin) values ($1, $2, $3, $4, 'https://a.example')`,
        [creatorId, id, widget, randomUUID()],
      );
      for (const [messageId, role, text] of [
        [randomUUID(), 'visitor', 'When do you open?'],
        [answerId, 'assistant', 'At nine.'],
      ]) {
        await db.query(
          'insert into messages (creator_id, id, conversation_id, role, text) values ($1, $2, $3, $4, $5)',
          [creatorId, messageId, id, role, text],
        );
      }
      await db.query(`insert into feedback (creator_id, message_id, rating) values ($1, $2, 'up')`, [
        creatorId,
        answerId,
      ]);
    });
    return id;
  };
  const read = async (path: string, query: Record<string, string> = {}, by = mine) =>
    hub.call('GET', `/v1/hub/conversations${path}`, { token: by.key, query });

  test('are shown with what was said, newest first, and with feedback', async () => {
    const conversation = await read(`/${conversationId}`);
    const messages = await read(`/${conversationId}/messages`);

    expect(conversation.body).toMatchObject({ id: conversationId, widget_id: widgetId, message_count: 2 });
    expect(messages.body).toMatchObject({
      data: [
        { role: 'assistant', text: 'At nine.', citations: [], feedback: { rating: 'up', comment: null } },
        { role: 'visitor', text: 'When do you open?', feedback: null },
      ],
      next_cursor: null,
    });
  });

  test('are filtered by widget and time', async () => {
    const withoutWidget = await converse(mine.id, null);
    const idsFor = async (query: Record<string, string>) =>
      ((await read('', query)).body as Page).data.map(({ id }) => id);

    expect(await idsFor({})).toEqual([withoutWidget, conversationId]);
    expect(await idsFor({ widget_id: widgetId })).toEqual([conversationId]);
    expect(await idsFor({ to: '2020-01-01' })).toEqual([]);
    expect(await idsFor({ from: TODAY, to: TODAY })).toEqual([withoutWidget, conversationId]);
    expect(await idsFor({ to: `${TODAY}T00:00:00Z` })).toEqual([]);
    expect(await idsFor({ from: '2020-01-01T00:00:00+02:00', limit: '1' })).toEqual([withoutWidget]);
    expect((await read('', { from: 'yesterday' })).status).toBe(400);
    expect((await read('', { visitor: 'x' })).status).toBe(400);
  });

  test('leave a trace of who read them', async () => {
    await read(`/${conversationId}/messages`);

    const { body } = await hub.call('GET', '/v1/hub/audit-events', { token: mine.key });

    expect((body as Page).data[0]).toMatchObject({ action: 'conversation.read', subject_id: conversationId });
  });

  test('of another creator are answered like ids that never were, and leave no trace', async () => {
    for (const suffix of ['', '/messages']) {
      const foreign = await read(`/${conversationId}${suffix}`, {}, other);
      const unknown = await read(`/${randomUUID()}${suffix}`, {}, other);

      expect([foreign.status, unknown.status]).toEqual([404, 404]);
      expect(comparable(foreign.text)).toBe(comparable(unknown.text));
    }
    expect((await read('', {}, other)).body).toEqual({ data: [], next_cursor: null });
    expect((await read('', { widget_id: widgetId }, other)).body).toEqual({ data: [], next_cursor: null });
    const trail = await hub.call('GET', '/v1/hub/audit-events', { token: other.key });
    // The one row tells of the key's own first use.
    expect(trail.body).toMatchObject({ data: [{ action: 'api_key.used' }], next_cursor: null });
  });
});

const comparable = (text: string) => text.replace(/"(timestamp|request_id)":"[^"]+"/g, '');
