import { randomUUID } from 'node:crypto';
import { setTimeout as pass } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FramePoster } from '../../../../shared/channels/channel-adapter.ts';
import { openRedis, type RedisClient } from '../../../../shared/clients/redis.ts';
import { creatorKey } from '../../../../shared/config/redis-keys.ts';
import { RedisUnavailableError } from '../../../../shared/errors/redis-unavailable-error.ts';
import { openConversationStream } from '../../../../shared/lifecycles/conversation/conversation-stream.ts';
import { countCommands } from '../../../support/count-commands.ts';
import { testRedisUrl } from '../../../support/test-redis.ts';
import { until } from '../../../support/until.ts';

interface Received {
  readonly type: string;
  readonly seq?: number;
  readonly text?: string;
  readonly last_seq?: number;
}

let redis: RedisClient;
beforeAll(() => {
  redis = openRedis(testRedisUrl());
});
afterAll(() => redis.disconnect());

/** Sockets that take each post after a while of their own, as API Gateway does. */
function openSockets(delayMs: () => number = () => 0) {
  const received = new Map<string, Received[]>();
  const gone = new Set<string>();
  const post: FramePoster = async (connectionId, frame) => {
    await pass(delayMs());
    if (gone.has(connectionId)) return 'gone';
    const frames = received.get(connectionId) ?? [];
    frames.push(frame as Received);
    received.set(connectionId, frames);
    return 'sent';
  };
  return { post, gone, of: (connectionId: string) => received.get(connectionId) ?? [] };
}

const ids = () => ({ creatorId: randomUUID(), conversationId: randomUUID(), turnId: randomUUID() });
const delta = (turnId: string, text: string) => ({ type: 'delta' as const, turn_id: turnId, text });
const seqs = (frames: readonly Received[]) => frames.map(({ seq }) => seq);
const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

describe('a writer of many frames', () => {
  test('costs one script for each frame and one at its end, for each of two connections', async () => {
    const { creatorId, conversationId, turnId } = ids();
    const own = openRedis(testRedisUrl());
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
    const { creatorId, conversationId, turnId } = ids();
    const sockets = openSockets();
    const shared = { redis, post: sockets.post, readLastSeq: async () => 0 };
    const writer = openConversationStream({ ...shared, handedOnWithinMs: 60_000 });
    await writer.join(creatorId, conversationId, 'c');
    await writer.append(creatorId, conversationId, delta(turnId, 'x'), { more: true });
    await openConversationStream(shared).append(creatorId, conversationId, delta(turnId, 'y'));

    await writer.append(creatorId, conversationId, delta(turnId, 'z'));

    expect(sockets.of('c').map(({ text }) => text)).toEqual(['x', 'y', 'z']);
    expect(seqs(sockets.of('c'))).toEqual(upTo(3));
  });

  test('leaves a connection alone that has resumed in between', async () => {
    const { creatorId, conversationId, turnId } = ids();
    const sockets = openSockets();
    const shared = { redis, post: sockets.post, readLastSeq: async () => 0 };
    const writer = openConversationStream({ ...shared, handedOnWithinMs: 60_000 });
    await writer.join(creatorId, conversationId, 'c');
    await writer.append(creatorId, conversationId, delta(turnId, 'x'), { more: true });
    await openConversationStream(shared).join(creatorId, conversationId, 'c', 0);

    await writer.append(creatorId, conversationId, delta(turnId, 'y'));

    expect(seqs(sockets.of('c'))).toEqual([1, 1, 2]);
  });
});

describe('numbering', () => {
  test('starts at 1, rises by one, and goes on above the floor when Redis has lost it', async () => {
    const { creatorId, conversationId, turnId } = ids();
    const sockets = openSockets();
    const stream = openConversationStream({ redis, post: sockets.post, readLastSeq: async () => 40 });
    const fresh = openConversationStream({ redis, post: sockets.post, readLastSeq: async () => 0 });

    expect(await fresh.append(creatorId, conversationId, delta(turnId, 'a'))).toEqual({ seq: 1 });
    expect(await fresh.append(creatorId, conversationId, delta(turnId, 'b'))).toEqual({ seq: 2 });
    await redis.del(...['frames', 'seq'].map((name) => creatorKey(creatorId, 'conversation', conversationId, name)));
    const { seq } = await stream.append(creatorId, conversationId, delta(turnId, 'c'));

    expect(seq).toBeGreaterThan(40);
    expect(await stream.lastSeq(creatorId, conversationId)).toBe(seq);
  });

  test('an instance that drew the numbers itself goes on above them after a loss', async () => {
    const { creatorId, conversationId, turnId } = ids();
    const stream = openConversationStream({ redis, post: openSockets().post, readLastSeq: async () => 1 });
    for (let n = 0; n < 9; n += 1) await stream.append(creatorId, conversationId, delta(turnId, 'x'));

    await redis.del(...['frames', 'seq'].map((name) => creatorKey(creatorId, 'conversation', conversationId, name)));

    expect((await stream.append(creatorId, conversationId, delta(turnId, 'y'))).seq).toBeGreaterThan(9);
  });

  test('what may exist once is numbered once, however many append it', async () => {
    const { creatorId, conversationId, turnId } = ids();
    const sockets = openSockets();
    const stream = openConversationStream({ redis, post: sockets.post, readLastSeq: async () => 0 });
    await stream.join(creatorId, conversationId, 'c', 0);
    const accepted = {
      type: 'accepted' as const,
      client_message_id: randomUUID(),
      message_id: randomUUID(),
      turn_id: turnId,
    };

    const drawn = await Promise.all(
      Array.from({ length: 10 }, () => stream.append(creatorId, conversationId, accepted)),
    );

    expect(new Set(drawn.map(({ seq }) => seq))).toEqual(new Set([1]));
    expect(seqs(sockets.of('c'))).toEqual([1]);
  });
});

describe('delivery', () => {
  test('a socket that neither sent nor resumed gets nothing', async () => {
    const { creatorId, conversationId, turnId } = ids();
    const sockets = openSockets();
    const stream = openConversationStream({ redis, post: sockets.post, readLastSeq: async () => 0 });

    await stream.append(creatorId, conversationId, delta(turnId, 'a'));
    await stream.join(creatorId, conversationId, 'c');
    await stream.append(creatorId, conversationId, delta(turnId, 'b'));

    expect(seqs(sockets.of('c'))).toEqual([2]);
  });

  test('frames of several appending processes arrive in order, none twice', async () => {
    const { creatorId, conversationId, turnId } = ids();
    const sockets = openSockets(() => Math.random() * 8);
    const streams = Array.from({ length: 4 }, () =>
      openConversationStream({ redis, post: sockets.post, readLastSeq: async () => 0 }),
    );
    await streams[0]?.join(creatorId, conversationId, 'c', 0);

    await Promise.all(
      streams.map(async (stream) => {
        for (let n = 0; n < 25; n += 1) await stream.append(creatorId, conversationId, delta(turnId, 'x'));
      }),
    );

    await expect.poll(() => sockets.of('c').length).toBe(100);
    expect(seqs(sockets.of('c'))).toEqual(upTo(100));
  });

  test('twenty forced disconnects and resumes during one answer lose and double nothing', async () => {
    const { creatorId, conversationId, turnId } = ids();
    const sockets = openSockets(() => Math.random() * 4);
    const generator = openConversationStream({ redis, post: sockets.post, readLastSeq: async () => 0 });
    const socket = openConversationStream({ redis, post: sockets.post, readLastSeq: async () => 0 });
    const words = Array.from({ length: 400 }, (_, index) => `w${index} `);
    let finished = false;
    const writing = (async () => {
      const writer = generator.deltaWriter(creatorId, conversationId, turnId);
      for (const word of words) {
        writer.write(word);
        await pass(3);
      }
      await writer.flush();
      finished = true;
    })();

    const seen: Received[] = [];
    for (let round = 0; round < 20; round += 1) {
      const connection = `c${round}`;
      const joining = socket.join(creatorId, conversationId, connection, seen.at(-1)?.seq ?? 0);
      await pass(30 + Math.random() * 40);
      sockets.gone.add(connection);
      seen.push(...sockets.of(connection));
      await joining;
    }
    await writing;
    await socket.join(creatorId, conversationId, 'last', seen.at(-1)?.seq ?? 0);
    const tip = await socket.lastSeq(creatorId, conversationId);
    await expect.poll(() => seen.length + sockets.of('last').length).toBe(tip);
    seen.push(...sockets.of('last'));

    expect(finished).toBe(true);
    expect(seqs(seen)).toEqual(upTo(tip));
    expect(seen.map(({ text }) => text).join('')).toBe(words.join(''));
  });

  test('an unknown, future or expired place is answered by reset, and then live', async () => {
    const { creatorId, conversationId, turnId } = ids();
    const sockets = openSockets();
    const stream = openConversationStream({ redis, post: sockets.post, readLastSeq: async () => 0 });
    for (let n = 0; n < 5; n += 1) await stream.append(creatorId, conversationId, delta(turnId, 'x'));

    await stream.join(creatorId, conversationId, 'future', 99);
    await redis.del(creatorKey(creatorId, 'conversation', conversationId, 'frames'));
    await stream.join(creatorId, conversationId, 'old', 2);
    await stream.join(creatorId, conversationId, 'tip', 5);
    await stream.append(creatorId, conversationId, delta(turnId, 'y'));

    expect(sockets.of('future')).toMatchObject([{ type: 'reset', last_seq: 5 }, { seq: 6 }]);
    expect(sockets.of('old')).toMatchObject([{ type: 'reset', last_seq: 5 }, { seq: 6 }]);
    expect(seqs(sockets.of('tip'))).toEqual([6]);
  });

  test('a connection that is gone is forgotten and holds nobody up', async () => {
    const { creatorId, conversationId, turnId } = ids();
    const sockets = openSockets();
    const stream = openConversationStream({ redis, post: sockets.post, readLastSeq: async () => 0 });
    await stream.join(creatorId, conversationId, 'gone', 0);
    await stream.join(creatorId, conversationId, 'here', 0);
    sockets.gone.add('gone');

    await stream.append(creatorId, conversationId, delta(turnId, 'a'));

    expect(await redis.hkeys(creatorKey(creatorId, 'conversation', conversationId, 'cursors'))).toEqual(['here']);
    expect(await redis.exists(creatorKey(creatorId, 'conversation', conversationId, 'pumps'))).toBe(0);
  });

  test('an erased conversation keeps nothing that a late worker appends', async () => {
    const { creatorId, conversationId, turnId } = ids();
    const sockets = openSockets();
    const stream = openConversationStream({ redis, post: sockets.post, readLastSeq: async () => 0 });
    await stream.join(creatorId, conversationId, 'c', 0);
    await stream.append(creatorId, conversationId, delta(turnId, 'a'));

    const live = await stream.forget(creatorId, conversationId);
    await stream.append(creatorId, conversationId, delta(turnId, 'b'));

    expect(live).toEqual(['c']);
    expect(seqs(sockets.of('c'))).toEqual([1]);
    expect(await redis.exists(creatorKey(creatorId, 'conversation', conversationId, 'frames'))).toBe(0);
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
