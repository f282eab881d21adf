import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { openAnswerCache } from '../../../../functions/ai/gateways/answer-cache.ts';
import { generateTurn } from '../../../../functions/ai/use-cases/answer/generate-turn.ts';
import type { FramePoster } from '../../../../shared/channels/channel-adapter.ts';
import type { TenantDatabase } from '../../../../shared/database/tenant-database.ts';
import { openConversationStream } from '../../../../shared/lifecycles/conversation/conversation-stream.ts';
import { countCommands } from '../../../support/count-commands.ts';
import { countTransactions } from '../../../support/count-transactions.ts';
import { openTestRedis } from '../../../support/test-redis.ts';
import type { TurnWorld } from '../../../support/turn-world.ts';
import { useTurnWorld } from '../../../support/use-turn-world.ts';

let world: TurnWorld;
useTurnWorld((opened) => {
  world = opened;
});

test('a turn costs three changes and one read of Postgres, and a script for each frame, its end and its keeping', async () => {
  const { conversationId, first } = await world.conversationWith('How early does the studio open on a Sunday?');
  const client = openTestRedis();
  const trips: (keyof TenantDatabase)[] = [];
  const posted: string[] = [];
  const post: FramePoster = async (_connection, { type }) => {
    posted.push(type);
    return 'sent';
  };
  const tenants = countTransactions(world.knowledge.database, trips);
  const counted = world.openDeps({ tenants, client, post, answers: openAnswerCache({ redis: client }) });
  const channelStream = openConversationStream({ redis: world.redis, post: async () => 'sent' });
  await channelStream.join(world.knowledge.creatorId, conversationId, 'socket');
  const accepted = { type: 'accepted' as const, client_message_id: randomUUID(), message_id: randomUUID() };
  await channelStream.append(world.knowledge.creatorId, conversationId, { ...accepted, turn_id: first.turn_id });
  world.server.script.tokenMs = 10;
  const commands = countCommands(client);

  await generateTurn(counted, first);

  expect(trips.toSorted()).toEqual(['changeAtOnce', 'changeAtOnce', 'changeAtOnce', 'readAsTenant']);
  expect(new Set(posted)).toEqual(new Set(['delta', 'citations', 'completed']));
  expect(Object.fromEntries(commands)).toMatchObject({ evalsha: posted.length + 2, hmget: 1 });
  expect(world.announced).toEqual([]);
  client.disconnect();
});

test('a turn that repeats another costs no more than its own start and end', async () => {
  const trips: (keyof TenantDatabase)[] = [];
  const tenants = countTransactions(world.knowledge.database, trips);
  const answers = openAnswerCache({ redis: world.redis });
  const counted = world.openDeps({ tenants, client: world.redis, post: async () => 'sent', answers });
  const question = 'At what hour does the studio open on Sundays?';
  await generateTurn(counted, (await world.conversationWith(question)).first);
  const { first } = await world.conversationWith(question);
  const calls = world.server.chats.length + world.server.embeddings.length;
  trips.length = 0;

  await generateTurn(counted, first);

  expect(trips).toEqual(['changeAtOnce', 'changeAtOnce', 'changeAtOnce']);
  expect(world.server.chats.length + world.server.embeddings.length).toBe(calls);
});
