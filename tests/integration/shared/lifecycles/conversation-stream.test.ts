import { randomUUID } from 'node:crypto';
import { setTimeout as pass } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RedisClient } from '../../../../shared/clients/redis.ts';
import { creatorKey } from '../../../../shared/config/redis-keys.ts';
import { NotFoundError } from '../../../../shared/errors/not-found-error.ts';
import { openConversationStream } from '../../../../shared/lifecycles/conversation/conversation-stream.ts';
import { delta, ids, openSockets, type ReceivedFrame, seqs, upTo } from '../../../support/stream-sockets.ts';
import { openTestRedis } from '../../../support/test-redis.ts';

let redis: RedisClient;
beforeAll(() => {
  redis = openTestRedis();
});
afterAll(() => redis.disconnect());

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

  test('a socket that joins with a frame gets that one and what follows, and misses nothing by joining again', async () => {
    const { creatorId, conversationId, turnId } = ids();
    const sockets = openSockets();
    const stream = openConversationStream({ redis, post: sockets.post, readLastSeq: async () => 0 });
    const accepted = { type: 'accepted' as const, turn_id: turnId, message_id: turnId, client_message_id: turnId };
    await stream.append(creatorId, conversationId, delta(turnId, 'before'));

    await stream.append(creatorId, conversationId, accepted, { joins: 'c' });
    await stream.append(creatorId, conversationId, delta(turnId, 'a'), { joins: 'c' });
    await stream.append(creatorId, conversationId, accepted, { joins: 'd' });
    await stream.append(creatorId, conversationId, delta(turnId, 'b'));

    expect(seqs(sockets.of('c'))).toEqual([2, 3, 4]);
    expect(seqs(sockets.of('d'))).toEqual([4]);
  });

  test('nobody joins an erased conversation, not even with a frame', async () => {
    const { creatorId, conversationId, turnId } = ids();
    const sockets = openSockets();
    const stream = openConversationStream({ redis, post: sockets.post, readLastSeq: async () => 0 });
    await stream.append(creatorId, conversationId, delta(turnId, 'a'));
    await stream.forget(creatorId, conversationId);

    const joining = stream.append(creatorId, conversationId, delta(turnId, 'late'), { joins: 'c' });

    await expect(joining).rejects.toThrow(NotFoundError);
    expect(sockets.of('c')).toEqual([]);
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

    const seen: ReceivedFrame[] = [];
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

  test('frames go ten minutes after the last: while others come, a place far back is replayed, not reset', async () => {
    const { creatorId, conversationId, turnId } = ids();
    const sockets = openSockets();
    const stream = openConversationStream({ redis, post: sockets.post, readLastSeq: async () => 0 });
    const frames = creatorKey(creatorId, 'conversation', conversationId, 'frames');
    const accepted = { type: 'accepted' as const, client_message_id: turnId, message_id: turnId, turn_id: turnId };
    await stream.append(creatorId, conversationId, delta(turnId, 'old'));
    await redis.pexpire(frames, 1_000); // As when nearly ten minutes have passed.

    await stream.append(creatorId, conversationId, accepted);
    const keptMs = await redis.pttl(frames);
    await stream.join(creatorId, conversationId, 'back', 0);

    expect(keptMs).toBeGreaterThan(9 * 60_000);
    expect(seqs(sockets.of('back'))).toEqual([1, 2]);
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
