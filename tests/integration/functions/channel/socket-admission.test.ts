import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { dismissLostPages } from '../../../../functions/channel/use-cases/dismiss-lost-pages.ts';
import { openPool } from '../../../../shared/database/pool.ts';
import { openTenantDatabase } from '../../../../shared/database/tenant-database.ts';
import { runInScope } from '../../../../shared/observability/request-scope.ts';
import { PAGE, startChat, startSession } from '../../../support/channel-fixture.ts';
import { makeTenant, type TenantFixture } from '../../../support/tenant-fixture.ts';
import { errorCode, message, useTestChannel } from '../../../support/use-test-channel.ts';

const channel = useTestChannel();

const outcome = (connectionId: string) =>
  channel.framesOf(connectionId).map((frame) => errorCode(frame) ?? frame.reason ?? frame.type);
const newTenant = () => makeTenant(channel.database, { origins: [PAGE] });

async function asHub({ creatorId, widgetId }: TenantFixture, sql: string): Promise<void> {
  const pool = openPool(channel.database.urlFor('hub'), { maxConnections: 1 });
  await openTenantDatabase(pool).withTenant(creatorId, (db) => db.query(sql, [creatorId, widgetId]));
  await pool.end();
}

const WITHDRAWN = [
  [
    'its page was taken off the list',
    "update widgets set allowed_origins = '{}' where creator_id = $1 and id = $2",
    ['ORIGIN_NOT_ALLOWED', 'origin_not_allowed'],
  ],
  [
    'its widget was switched off',
    'update widgets set enabled = false where creator_id = $1 and id = $2',
    ['PERMISSION_DENIED', 'widget_switched_off'],
  ],
  [
    'its widget was deleted',
    'delete from widgets where creator_id = $1 and id = $2',
    ['NOT_FOUND', 'conversation_gone'],
  ],
] as const;

describe.each(WITHDRAWN)('a socket that was open when %s', (_, withdraw, told) => {
  test.each([message(), { action: 'resume', after_seq: 0 }])('is told so at $action, and closed', async (frame) => {
    const tenant = await newTenant();
    const { connectionId } = await startChat(channel, tenant.widgetId);
    await channel.send(connectionId, message());
    await asHub(tenant, withdraw);

    await channel.send(connectionId, frame);

    expect(outcome(connectionId)).toEqual(['accepted', ...told]);
    expect(channel.isOpen(connectionId)).toBe(false);
    expect(await channel.redis.exists(`platform:socket:state:${connectionId}`)).toBe(0);
  });

  test('and only listens is told so by the next sweep, and closed', async () => {
    const [tenant, other] = [await newTenant(), await newTenant()];
    const silent = await startChat(channel, tenant.widgetId);
    const listening = await startChat(channel, tenant.widgetId);
    await channel.send(listening.connectionId, { action: 'resume', after_seq: 0 });
    const stranger = await startChat(channel, other.widgetId);
    await asHub(tenant, withdraw);

    await dismissLostPages(channel.use);

    for (const { connectionId, session } of [silent, listening]) {
      expect(outcome(connectionId)).toEqual([told[1]]);
      expect(channel.isOpen(connectionId)).toBe(false);
      expect(await channel.redis.exists(`platform:socket:state:${connectionId}`)).toBe(0);
      const cursors = `creator:{${tenant.creatorId}}:conversation:${session.conversation_id}:cursors`;
      expect(await channel.redis.hexists(cursors, connectionId)).toBe(0);
    }
    expect([channel.isOpen(stranger.connectionId), outcome(stranger.connectionId)]).toEqual([true, []]);
  });

  test('is not opened by a ticket from before', async () => {
    const tenant = await newTenant();
    const { socket } = await startSession(channel, tenant.widgetId);
    await asHub(tenant, withdraw);

    const { status } = await channel.connect({ ticket: socket.ticket, origin: PAGE });

    expect(status).toBe(told[0] === 'NOT_FOUND' ? 401 : 403);
  });

  test('leaves the visitor the right to erase the conversation', async () => {
    const tenant = await newTenant();
    const { session, connectionId } = await startChat(channel, tenant.widgetId);
    await channel.send(connectionId, message());
    await asHub(tenant, withdraw);
    const erase = (origin: string) =>
      channel.call('DELETE', '/v1/channel/conversation', { origin, token: session.session_token });

    const elsewhere = await erase('https://evil.example');
    const erased = await erase(PAGE);
    const again = await erase(PAGE);

    expect([elsewhere.status, erased.status, again.status]).toEqual([403, 202, 404]);
    expect(elsewhere.headers).not.toHaveProperty('Access-Control-Allow-Origin');
    expect(erased.headers).toMatchObject({ 'Access-Control-Allow-Origin': PAGE, Vary: 'Origin' });
    expect(outcome(connectionId)).toEqual(['accepted', 'conversation_erased']);
  });
});

test('the sweep goes through more sockets than it reads at once, and leaves those that may stay', async () => {
  const [kept, lost] = [await newTenant(), await newTenant()];
  const enter = async ({ creatorId, widgetId }: TenantFixture) => {
    const connectionId = randomUUID();
    const ids = { conversationId: randomUUID(), visitorId: randomUUID() };
    const visitor = { kind: 'visitor' as const, creatorId, widgetId, ...ids, origin: PAGE };
    await channel.use.connections.enter({ connectionId, visitor, sourceIp: randomUUID() });
    return connectionId;
  };
  const [staying, leaving]: [string[], string[]] = [[], []];
  for (let n = 0; n < 300; n += 1) {
    staying.push(await enter(kept));
    leaving.push(await enter(lost));
  }
  await asHub(lost, 'delete from widgets where creator_id = $1 and id = $2');

  const scope = { requestId: randomUUID(), service: 'channel', deadlineAtMs: Date.now() + 9_000 };
  const late = await runInScope(scope, () => dismissLostPages(channel.use));
  const report = await dismissLostPages(channel.use);

  const known = (ids: readonly string[]) =>
    Promise.all(ids.map((id) => channel.redis.exists(`platform:socket:state:${id}`)));
  // Sockets that other tests left behind are swept along.
  expect(late).toEqual({ dismissed: 0, failed: 0, complete: false });
  expect(report).toMatchObject({ failed: 0, complete: true });
  expect((await known(leaving)).filter(Boolean)).toHaveLength(0);
  expect((await known(staying)).filter(Boolean)).toHaveLength(300);
  await Promise.all(staying.map((id) => channel.use.connections.remove(id)));
});

test('erasing a conversation also closes its sockets that have not said anything yet', async () => {
  const { widgetId } = await newTenant();
  const { session, connectionId } = await startChat(channel, widgetId);
  const stranger = await startChat(channel, widgetId);

  await channel.call('DELETE', '/v1/channel/conversation', { origin: PAGE, token: session.session_token });

  expect(outcome(connectionId)).toEqual(['conversation_erased']);
  expect([channel.isOpen(connectionId), channel.isOpen(stranger.connectionId)]).toEqual([false, true]);
  expect(await channel.redis.exists(`platform:socket:state:${connectionId}`)).toBe(0);
});

describe('a visitor who repeats', () => {
  test.each([
    ['resumes', 30, () => ({ action: 'resume', after_seq: 0 })],
    ['cancels', 60, () => ({ action: 'cancel', turn_id: randomUUID() })],
    ['pings', 60, () => ({ action: 'ping' })],
  ])('%s is told to wait, and the socket stays open', async (_, allowed, frame) => {
    const { widgetId } = await newTenant();
    const { connectionId } = await startChat(channel, widgetId);
    await channel.send(connectionId, message());

    await Promise.all(Array.from({ length: 100 }, () => channel.send(connectionId, frame())));
    await channel.send(connectionId, message());

    const told = outcome(connectionId);
    expect(told.filter((code) => code === 'RATE_LIMITED')).toHaveLength(100 - allowed);
    expect(told).toContain('queued'); // The second message.
    expect(channel.isOpen(connectionId)).toBe(true);
  });

  test('resumes of a long conversation costs no more posts than a minute allows', async () => {
    const { creatorId, widgetId } = await newTenant();
    const { connectionId, session } = await startChat(channel, widgetId);
    await channel.send(connectionId, message());
    const turn_id = String(channel.framesOf(connectionId)[0]?.turn_id);
    for (let n = 0; n < 79; n += 1) {
      await channel.use.stream.append(creatorId, session.conversation_id, { type: 'delta', turn_id, text: 'x' });
    }

    for (let n = 0; n < 100; n += 1) await channel.send(connectionId, { action: 'resume', after_seq: 0 });

    expect(channel.framesOf(connectionId).length).toBeLessThanOrEqual(80 + 30 * 80 + 100);
  });
});
