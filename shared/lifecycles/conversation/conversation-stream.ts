import { randomUUID } from 'node:crypto';
import type { FramePoster } from '../../channels/channel-adapter.ts';
import type { RedisClient } from '../../clients/redis.ts';
import { NotFoundError } from '../../errors/not-found-error.ts';
import { type DeltaWriter, openDeltaWriter } from './delta-writer.ts';
import { openFramePumps } from './frame-pumps.ts';
import type { NumberedFrameBody } from './frames.ts';
import { rememberSeqs } from './known-seqs.ts';
import { type AppendOptions, openPublisher, type PublishFrame } from './publish-frame.ts';
import { type StreamKeys, streamKeys } from './stream-keys.ts';
import { openStreamStore } from './stream-store.ts';
import { dropAllConnections, dropConnections, eraseTraces, readSeq } from './stream-traces.ts';

export interface ConversationStreamOptions {
  readonly redis: RedisClient;
  readonly post: FramePoster;
  /** The highest number Postgres knows; asked only where Redis knows none. Without it numbering starts at 1 there. */
  readonly readLastSeq?: (creatorId: string, conversationId: string) => Promise<number>;
  /** How long a writer's connections wait for its next frame before they are let go. */
  readonly handedOnWithinMs?: number;
  /** After so long a run of posts renews its hold of the connection; a second unless said. */
  readonly renewAfterMs?: number;
}

export interface ConversationStream {
  /**
   * Numbers the frame, keeps it 10 minutes at least, and posts it to every live connection of the conversation; resolves when
   * the posts are done. `accepted`, `citations`, the end of a turn and each place in the queue exist once: a repeat
   * returns the first one's number and posts only what nobody has posted, and so does a `queued` after the answer has
   * begun. `floor`: numbers at or below it are used. In an erased conversation nothing is kept.
   */
  append(
    creatorId: string,
    conversationId: string,
    frame: NumberedFrameBody,
    options?: AppendOptions,
  ): Promise<{ readonly seq: number }>;
  /**
   * Like `append`, but resolves once the frame has its number; the posts may still be under way. `repeated`: the frame
   * was there already, and is posted to nobody.
   */
  readonly publish: PublishFrame;
  /**
   * Makes a connection live: behind `afterSeq`, with replay, or (absent) from now on. `floor`: what Postgres says is the
   * highest number, for whoever has just read it.
   * @throws NotFoundError when the conversation was erased
   */
  join(
    creatorId: string,
    conversationId: string,
    connectionId: string,
    afterSeq?: number,
    floor?: number,
  ): Promise<void>;
  /** Ends what a writer of `more` frames keeps, before it stops without a last one. */
  letGo(creatorId: string, conversationId: string): Promise<void>;
  leave(creatorId: string, conversationId: string, connectionId: string): Promise<void>;
  /** Nobody is live any more, until somebody joins again; returns the connections that were. */
  dismiss(creatorId: string, conversationId: string): Promise<readonly string[]>;
  deltaWriter(creatorId: string, conversationId: string, turnId: string): DeltaWriter;
  /** The highest number in use, or Postgres' where Redis knows none. */
  lastSeq(creatorId: string, conversationId: string): Promise<number>;
  /** Removes every trace and keeps late workers from leaving new ones; returns the connections that were live. */
  forget(creatorId: string, conversationId: string): Promise<readonly string[]>;
}

/** A writer whose next frame takes longer lets its pumps go; so long may another process' frame wait for it. */
const HANDED_ON_WITHIN_MS = 60;
const MORE = { more: true } as const;

/**
 * The stream of frames of each conversation, in Redis. All of it throws RedisUnavailableError when that does not answer.
 *
 * Whoever posts to a connection is its pump, and there is at most one: it posts frame after frame, in order, and its
 * end ("nothing above what I have sent") is one step with `append`. A frame is therefore either seen by the running
 * pump or posted by a new one that `append` starts; none is lost, doubled or overtaken, whichever processes append. Two
 * cases are left, in which a client sees a number again and drops it: a post that was delivered but not answered is
 * repeated, and a process that ends has posted up to a second's frames that its place does not tell yet.
 * Resuming is the same thing: the connection enters the live set, with its pump taken, in the very script that
 * returns the frames above `after_seq`, so that a frame appended meanwhile waits for the replay to reach it.
 */
export function openConversationStream(options: ConversationStreamOptions): ConversationStream {
  const { redis, post, readLastSeq, handedOnWithinMs = HANDED_ON_WITHIN_MS, renewAfterMs } = options;
  const store = openStreamStore(redis);
  const drop = (keys: StreamKeys, connectionId: string) => dropConnections(redis, keys, [connectionId]);
  const pumps = openFramePumps({ post, advance: store.advance, drop, handedOnWithinMs, renewAfterMs });
  const seqs = rememberSeqs();
  const askFloor = async (creatorId: string, conversationId: string) =>
    Math.max(seqs.of(creatorId, conversationId), (await readLastSeq?.(creatorId, conversationId)) ?? 0);
  const publish = openPublisher({ store, pumps, seqs, askFloor });
  const append: ConversationStream['append'] = async (...args) => {
    const { seq, posted } = await publish(...args);
    await posted;
    return { seq };
  };

  return {
    append,
    publish,
    join: async (creatorId, conversationId, connectionId, afterSeq, known) => {
      const keys = streamKeys(creatorId, conversationId);
      const holder = randomUUID();
      const floor = { known, ask: () => askFloor(creatorId, conversationId) };
      const tail = await store.join(keys, { connectionId, holder, afterSeq, floor });
      if (tail.kind === 'erased') throw new NotFoundError();
      await pumps.run(keys, { connectionId, holder }, tail);
    },
    letGo: (creatorId, conversationId) => pumps.giveBack(streamKeys(creatorId, conversationId), []),
    leave: (creatorId, conversationId, connectionId) => drop(streamKeys(creatorId, conversationId), connectionId),
    dismiss: (creatorId, conversationId) => dropAllConnections(redis, streamKeys(creatorId, conversationId)),
    deltaWriter: (creatorId, conversationId, turnId) =>
      openDeltaWriter(async (text) => {
        const { seq } = await append(creatorId, conversationId, { type: 'delta', turn_id: turnId, text }, MORE);
        return seq;
      }),
    lastSeq: async (creatorId, conversationId) =>
      (await readSeq(redis, streamKeys(creatorId, conversationId))) ?? askFloor(creatorId, conversationId),
    forget: (creatorId, conversationId) => eraseTraces(redis, streamKeys(creatorId, conversationId)),
  };
}
