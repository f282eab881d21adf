import { randomUUID } from 'node:crypto';
import { createRedisMock } from 'js-redis-server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openConnections } from '../../../../functions/channel/gateways/connections.ts';
import { openTickets } from '../../../../functions/channel/gateways/tickets.ts';
import { openRedis, type RedisClient } from '../../../../shared/clients/redis.ts';
import { openConversationStream } from '../../../../shared/lifecycles/conversation/conversation-stream.ts';

let cluster: Awaited<ReturnType<typeof createRedisMock>>;
let redis: RedisClient;

beforeAll(async () => {
  cluster = await createRedisMock({ cluster: { masters: 3 } });
  // The cluster lives in this process and reads its first scripts here: on a busy machine that takes longer than the
  // second that a service waits.
  redis = openRedis(`redis+cluster://127.0.0.1:${cluster.port}`, { timeoutMs: 30_000 });
});
afterAll(async () => {
  redis.disconnect();
  await cluster.close();
});

const visitorOf = (creatorId: string) => ({
  kind: 'visitor' as const,
  creatorId,
  widgetId: randomUUID(),
  conversationId: randomUUID(),
  visitorId: randomUUID(),
  origin: 'https://site.example',
});

test('the streams of twenty creators work on a cluster: their scripts keep to one slot each', async () => {
  const received: unknown[] = [];
  const stream = openConversationStream({
    redis,
    post: async (_, frame) => {
      received.push(frame);
      return 'sent';
    },
    readLastSeq: async () => 0,
  });

  for (let n = 0; n < 20; n += 1) {
    const [creatorId, conversationId, turnId] = [randomUUID(), randomUUID(), randomUUID()];
    await stream.append(creatorId, conversationId, { type: 'delta', turn_id: turnId, text: 'a' });
    await stream.join(creatorId, conversationId, 'c', 0);
    await stream.append(creatorId, conversationId, { type: 'restarted', turn_id: turnId });
    await stream.leave(creatorId, conversationId, 'c');
    await stream.join(creatorId, conversationId, 'c', 2);
    expect(await stream.forget(creatorId, conversationId)).toEqual(['c']);
  }

  expect(received).toHaveLength(40);
});

test('so do tickets and connections', async () => {
  const tickets = openTickets(redis);
  const connections = openConnections(redis, { perVisitor: 1, perAddress: 2 });

  for (let n = 0; n < 20; n += 1) {
    const visitor = visitorOf(randomUUID());
    const ticket = await tickets.issue(visitor);
    const connection = { connectionId: randomUUID(), sourceIp: randomUUID(), visitor };

    expect(await tickets.redeem(ticket)).toEqual(visitor);
    expect(await tickets.redeem(ticket)).toBeUndefined();
    expect(await connections.enter(connection)).toBeUndefined();
    expect(await connections.enter({ ...connection, connectionId: 'second' })).toMatchObject({ of: 'visitor' });
    expect(await connections.remove(connection.connectionId)).toEqual(connection);
  }
});
