import { setTimeout as pass } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FramePoster } from '../../../../shared/channels/channel-adapter.ts';
import type { RedisClient } from '../../../../shared/clients/redis.ts';
import { creatorKey } from '../../../../shared/config/redis-keys.ts';
import { RedisUnavailableError } from '../../../../shared/errors/redis-unavailable-error.ts';
import { openConversationStream } from '../../../../shared/lifecycles/conversation/conversation-stream.ts';
import { countCommands } from '../../../support/count-commands.ts';
import { delta, ids, openSockets, seqs, upTo } from '../../../support/stream-sockets.ts';
import { openTestRedis } from '../../../support/test-redis.ts';
import { until } from '../../../support/until.ts';

let redis: RedisClient;
beforeAll(() => {
  redis = openTestRedis();
});
afterAll(() => redis.disconnect());

/** It has posted one frame to one connection, and keeps that for its next. */
async function writerWithMoreToCome() {
  const { creatorId, conversationId, turnId } = ids();
  const sockets = openSockets();
  const shared = { redis, post: sockets.post, readLastSeq: async () => 0 };
  const writer = openConversationStream({ ...shared, handedOnWithinMs: 60_000 });
  await writer.join(creatorId, conversationId, 'c');
  await writer.append(creatorId, conversationId, delta(turnId, 'x'), { more: true });
  return { creatorId, conversationId, turnId, sockets, shared, writer };
}

describe('a writer of many frames', () => {
  test('costs one script for each frame and one at its end, for each of two connections', async () => {
    const { creatorId, conversationId, turnId } = ids();
    const own = openTestRedis();
    const sockets = openSockets();
    const options = { redis: own, post: sockets.post, readLastSeq: async () => 0, handedOnWithinMs: 60_000 };
    const stream = openConversationStream(options);
    for (const connection of ['a', 'b']) await stream.join(creatorId, conversationId, connection);
    await stream.append(creatorId, conversationId, delta(turnId, 'the scripts are known'));
    const commands = countCommands(own);

    for (let n = 2; n <= 20; n += 1) {
      await stream.append(creatorId, conversationId, delta(turnId, 'x'), { more: true });
    }
    await stream.append(creatorId, conversationId, delta(turnId, 'end'));

    expect(Object.fromEntries(commands)).toEqual({ evalsha: 20 + 2 });
    for (const connection of ['a', 'b']) expect(seqs(sockets.of(connection))).toEqual(upTo(21));
    own.disconnect();
  });

  test('who leave or are dismissed while Redis says nothing are told that it is away', async () => {
    const { creatorId, conversationId } = ids();
    const silent = async () => Promise.reject(new Error('Command timed out'));
    const away: RedisClient = Object.assign(Object.create(redis), { hdel: silent, hkeys: silent });
    const stream = openConversationStream({ redis: away, post: openSockets().post, readLastSeq: async () => 0 });

    await expect(stream.leave(creatorId, conversationId, 'c')).rejects.toThrow(RedisUnavailableError);
    await expect(stream.dismiss(creatorId, conversationId)).rejects.toThrow(RedisUnavailableError);
  });

  test('whose append runs without being answered in time keeps no later frame waiting', async () => {
    const { creatorId, conversationId, turnId } = ids();
    const sockets = openSockets();
    const shared = { redis, post: sockets.post, readLastSeq: async () => 0 };
    let late = false;
    const evalsha = async (digest: string, keys: number, ...args: string[]) => {
      const reply = await redis.evalsha(digest, keys, ...args);
      if (!late) return reply;
      late = false;
      throw new Error('Command timed out');
    };
    const slow: RedisClient = Object.assign(Object.create(redis), { evalsha });
    const writer = openConversationStream({ ...shared, redis: slow });
    await writer.join(creatorId, conversationId, 'c');
    await writer.append(creatorId, conversationId, delta(turnId, 'w'));
    late = true;

    await expect(writer.append(creatorId, conversationId, delta(turnId, 'x'))).rejects.toThrow(RedisUnavailableError);
    const pumps = creatorKey(creatorId, 'conversation', conversationId, 'pumps');
    await until('nobody to hold the socket', async () => (await redis.exists(pumps)) === 0);
    await openConversationStream(shared).append(creatorId, conversationId, delta(turnId, 'y'));

    expect(sockets.of('c').map(({ text }) => text)).toEqual(['w', 'x', 'y']);
    expect(seqs(sockets.of('c'))).toEqual(upTo(3));
  });

  test('that ends between keeping a last frame and posting it leaves that to whoever repeats it', async () => {
    const { creatorId, conversationId, turnId } = ids();
    const sockets = openSockets();
    const shared = { redis, readLastSeq: async () => 0 };
    const stream = openConversationStream({ ...shared, post: sockets.post });
    await stream.join(creatorId, conversationId, 'c');
    const end = { type: 'citations' as const, turn_id: turnId, citations: [] };
    const pumps = creatorKey(creatorId, 'conversation', conversationId, 'pumps');
    const vanished = openConversationStream({ ...shared, post: () => new Promise(() => {}) });
    await vanished.publish(creatorId, conversationId, end);
    await redis.del(pumps); // As when its lease has run out.

    await stream.append(creatorId, conversationId, end);
    await stream.append(creatorId, conversationId, end);

    expect(sockets.of('c').map(({ type }) => type)).toEqual(['citations']);
  });

  test('that falls silent, or stops, keeps no frame of another process waiting', async () => {
    for (const stop of [false, true]) {
      const { creatorId, conversationId, turnId } = ids();
      const sockets = openSockets();
      const shared = { redis, post: sockets.post, readLastSeq: async () => 0 };
      const writer = openConversationStream({ ...shared, ...(stop && { handedOnWithinMs: 60_000 }) });
      const other = openConversationStream(shared);
      await writer.join(creatorId, conversationId, 'c');
      await writer.append(creatorId, conversationId, delta(turnId, 'x'), { more: true });

      await other.append(creatorId, conversationId, delta(turnId, 'y'));
      if (stop) await writer.letGo(creatorId, conversationId);

      await until('the other frame', () => sockets.of('c').length === 2);
      await other.append(creatorId, conversationId, delta(turnId, 'z'));
      await until('the last frame', () => sockets.of('c').length === 3);
      expect(seqs(sockets.of('c'))).toEqual(upTo(3));
    }
  });

  test('whose next frame comes after one of another process delivers both, in order', async () => {
    const { creatorId, conversationId, turnId, sockets, shared, writer } = await writerWithMoreToCome();
    await openConversationStream(shared).append(creatorId, conversationId, delta(turnId, 'y'));

    await writer.append(creatorId, conversationId, delta(turnId, 'z'));

    expect(sockets.of('c').map(({ text }) => text)).toEqual(['x', 'y', 'z']);
    expect(seqs(sockets.of('c'))).toEqual(upTo(3));
  });

  test('whose posts are slow keeps its connection and its place: no frame of the replay comes twice', async () => {
    const { creatorId, conversationId, turnId } = ids();
    const sockets = openSockets();
    const shared = { redis, readLastSeq: async () => 0 };
    const other = openConversationStream({ ...shared, post: sockets.post });
    for (let n = 1; n <= 6; n += 1) await other.append(creatorId, conversationId, delta(turnId, `${n}`));
    const pumps = creatorKey(creatorId, 'conversation', conversationId, 'pumps');
    const post: FramePoster = async (connectionId, frame) => {
      const outcome = await sockets.post(connectionId, frame);
      const place = sockets.of(connectionId).length;
      // As after posts that took nearly as long as the lease; then another process appends.
      if (place === 3) await redis.hset(pumps, connectionId, `1|${(await redis.hget(pumps, 'c'))?.split('|')[1]}`);
      if (place === 4) await other.append(creatorId, conversationId, delta(turnId, '7'));
      return outcome;
    };
    const slow = openConversationStream({ ...shared, post, renewAfterMs: 0 });

    await slow.join(creatorId, conversationId, 'c', 0);

    expect(seqs(sockets.of('c'))).toEqual(upTo(7));
  });

  test('leaves a connection alone that has resumed in between', async () => {
    const { creatorId, conversationId, turnId, sockets, shared, writer } = await writerWithMoreToCome();
    await openConversationStream(shared).join(creatorId, conversationId, 'c', 0);

    await writer.append(creatorId, conversationId, delta(turnId, 'y'));

    expect(seqs(sockets.of('c'))).toEqual([1, 1, 2]);
  });
});

describe('a delta writer', () => {
  test('sends the first token at once and gathers what follows while a post is in flight', async () => {
    const { creatorId, conversationId, turnId } = ids();
    const sockets = openSockets(() => 25);
    const stream = openConversationStream({ redis, post: sockets.post, readLastSeq: async () => 0 });
    await stream.join(creatorId, conversationId, 'c', 0);
    const writer = stream.deltaWriter(creatorId, conversationId, turnId);

    for (let n = 0; n < 140; n += 1) {
      writer.write('t');
      await pass(5);
    }
    await writer.flush();

    const frames = sockets.of('c');
    expect(frames[0]?.text).toBe('t');
    expect(frames.map(({ text }) => text).join('')).toBe('t'.repeat(140));
    expect(frames.length).toBeLessThan(0.3 * 140);
  });
});
