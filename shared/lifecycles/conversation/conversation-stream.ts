import { randomUUID } from 'node:crypto';
import type { FramePoster } from '../../channels/channel-adapter.ts';
import { answered, type RedisClient } from '../../clients/redis.ts';
import { redisScript } from '../../clients/redis-script.ts';
import { creatorKey } from '../../config/redis-keys.ts';
import { NotFoundError } from '../../errors/not-found-error.ts';
import { type DeltaWriter, openDeltaWriter } from './delta-writer.ts';
import type { NumberedFrame, NumberedFrameBody } from './frames.ts';
import { rememberSeqs } from './known-seqs.ts';
import { type HeldPump, holdPumps } from './pump-hold.ts';
import { ADVANCE, APPEND, JOIN, RELEASE } from './stream-scripts.ts';

export interface ConversationStreamOptions {
  readonly redis: RedisClient;
  readonly post: FramePoster;
  /** The highest number Postgres knows; asked only where Redis knows none. Without it numbering starts at 1 there. */
  readonly readLastSeq?: (creatorId: string, conversationId: string) => Promise<number>;
  /** How long a writer's connections wait for its next frame before they are let go. */
  readonly handedOnWithinMs?: number;
}

export interface AppendOptions {
  /** Numbers at or below it are used. */
  readonly floor?: number;
  /** Another frame of this writer follows at once, and takes over its connections; until then other writers' wait. */
  readonly more?: boolean;
}

export interface ConversationStream {
  /**
   * Numbers the frame, keeps it 10 minutes, and posts it to every live connection of the conversation; resolves when
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
  publish(
    creatorId: string,
    conversationId: string,
    frame: NumberedFrameBody,
    options?: AppendOptions,
  ): Promise<{ readonly seq: number; readonly posted: Promise<void>; readonly repeated: boolean }>;
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

const MINUTE_MS = 60_000;
const FRAMES_MS = 10 * MINUTE_MS;
const MAX_FRAMES = 8_000;
/** A socket lives two hours at most (API Gateway). */
const CURSORS_MS = 130 * MINUTE_MS;
const SEQ_MS = 7 * 24 * 60 * MINUTE_MS;
const ERASED_MS = 60 * MINUTE_MS;
/** Longer than a post can take: only the pump of a process that ended runs out. */
const PUMP_LEASE_MS = 10_000;
const BATCH = 100;
/** A writer whose next frame takes longer lets its pumps go; so long may another process' frame wait for it. */
const HANDED_ON_WITHIN_MS = 60;
const MORE = { more: true } as const;
/** Frames that may have been numbered after Postgres last heard of it: `citations` and `completed`. */
const MARGIN = 2;

/**
 * The stream of frames of each conversation, in Redis. All of it throws RedisUnavailableError when that does not answer.
 *
 * Whoever posts to a connection is its pump, and there is at most one: it posts frame after frame, in order, and its
 * end ("nothing above what I have sent") is one step with `append`. A frame is therefore either seen by the running
 * pump or posted by a new one that `append` starts; none is lost, doubled or overtaken, whichever processes append.
 * Resuming is the same thing: the connection enters the live set, with its pump taken, in the very script that
 * returns the frames above `after_seq`, so that a frame appended meanwhile waits for the replay to reach it.
 */
export function openConversationStream(options: ConversationStreamOptions): ConversationStream {
  const { redis, post, readLastSeq, handedOnWithinMs = HANDED_ON_WITHIN_MS } = options;
  const appendScript = redisScript(redis, APPEND);
  const joinScript = redisScript(redis, JOIN);
  const advanceScript = redisScript(redis, ADVANCE);
  const seqs = rememberSeqs();
  /**
   * A script that was not answered in time may still run, and take pumps that nobody knows of: frames would wait for
   * their lease to run out. What is sent now runs behind it, with its whole text: nobody would hear that it is unknown.
   */
  const orRelease = <T>(keys: readonly string[], holder: string, work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      redis.eval(RELEASE, keys.length, ...keys, holder).catch(() => {});
      throw error;
    });
  const advance = (keys: readonly string[], { connectionId, holder, delivered }: HeldPump) =>
    orRelease(keys, holder, advanceScript(keys, [connectionId, holder, delivered, PUMP_LEASE_MS, BATCH]));
  const hold = holdPumps(async (keys, held) => pump(keys, held, await advance(keys, held)), handedOnWithinMs);

  const floorOf = async (creatorId: string, conversationId: string) =>
    Math.max(seqs.of(creatorId, conversationId), (await readLastSeq?.(creatorId, conversationId)) ?? 0);

  /** Posts until the tip; `reply` is what JOIN or ADVANCE returned. */
  const pump = async (
    keys: readonly string[],
    { connectionId, holder }: Pick<HeldPump, 'connectionId' | 'holder'>,
    reply: unknown,
  ) => {
    let [kind, number, ...frames] = reply as [string, number, ...string[]];
    while (kind === 'more' || kind === 'reset') {
      let delivered = number;
      if (kind === 'reset' && (await post(connectionId, { type: 'reset', last_seq: number })) === 'gone')
        return drop(keys, connectionId);
      for (const frame of frames) {
        delivered += 1;
        if ((await post(connectionId, numbered(frame, delivered))) === 'gone') return drop(keys, connectionId);
      }
      const reached = await advance(keys, { connectionId, holder, delivered });
      [kind, number, ...frames] = reached as [string, number, ...string[]];
    }
  };

  /** Posts one frame with a pump that is at it, and keeps the pump for the writer's next one. */
  const postAndHold = async (keys: readonly string[], held: HeldPump, frame: string) => {
    const { connectionId, holder, delivered } = held;
    if ((await post(connectionId, numbered(frame, delivered + 1))) === 'gone') return drop(keys, connectionId);
    hold.keep(keys, { connectionId, holder, delivered: delivered + 1 });
  };

  const drop = async (keys: readonly string[], connectionId: string) => {
    const [, , cursors = '', pumps = ''] = keys;
    await Promise.all([redis.hdel(cursors, connectionId), redis.hdel(pumps, connectionId)]);
  };

  const publish: ConversationStream['publish'] = async (creatorId, conversationId, frame, options = {}) => {
    const keys = keysOf(creatorId, conversationId);
    const handed = hold.take(keys);
    const holder = handed[0]?.holder ?? randomUUID();
    const body = JSON.stringify(frame);
    const run = (floor: number | '') =>
      appendScript(keys, [
        body,
        floor,
        MARGIN,
        onceName(frame),
        holder,
        PUMP_LEASE_MS,
        MAX_FRAMES,
        FRAMES_MS,
        SEQ_MS,
        begunName(frame),
        frame.type === 'queued' ? `begun:${frame.turn_id}` : '',
        ...handed.flatMap(({ connectionId, delivered }) => [connectionId, delivered]),
      ]) as Promise<[string, number, ...(string | number)[]]>;
    const known = Math.max(options.floor ?? 0, seqs.of(creatorId, conversationId));
    const draw = async () => {
      const reply = await run(options.floor === undefined && known === 0 ? '' : known);
      return reply[0] === 'unknown' ? run(await floorOf(creatorId, conversationId)) : reply;
    };
    const giveBack = () => {
      for (const each of handed) hold.keep(keys, each);
      return hold.letGo(keys);
    };
    const [kind, seq = 0, ...live] = await orRelease(keys, holder, draw()).catch((error: unknown) => {
      void giveBack(); // Nobody who is told of the failure waits for it.
      throw error;
    });
    const appended = kind === 'appended';
    if (appended) seqs.saw(creatorId, conversationId, seq);
    const pumps = connectionsIn(live).map(({ connectionId, cursor }) => {
      const next = appended && cursor === seq - 1;
      if (next && options.more) return postAndHold(keys, { connectionId, holder, delivered: cursor }, body);
      return pump(keys, { connectionId, holder }, next ? ['more', cursor, body] : ['more', cursor]);
    });
    const posted = Promise.all(appended ? pumps : [...pumps, giveBack()]).then(() => {});
    posted.catch(() => {}); // Whoever awaits it is told; nobody has to.
    return { seq, posted, repeated: kind === 'repeat' };
  };

  const append: ConversationStream['append'] = async (...args) => {
    const { seq, posted } = await publish(...args);
    await posted;
    return { seq };
  };

  return {
    append,
    publish,
    join: async (creatorId, conversationId, connectionId, afterSeq, known) => {
      const keys = keysOf(creatorId, conversationId);
      const holder = randomUUID();
      const run = (floor: number | '') =>
        joinScript(keys, [
          connectionId,
          afterSeq ?? '',
          holder,
          PUMP_LEASE_MS,
          BATCH,
          floor,
          MARGIN,
          CURSORS_MS,
          SEQ_MS,
        ]);
      const enter = async () => {
        const reply = await run(known ?? '');
        return (reply as string[])[0] === 'unknown' ? run(await floorOf(creatorId, conversationId)) : reply;
      };
      const reply = await orRelease(keys, holder, enter());
      if ((reply as string[])[0] === 'erased') throw new NotFoundError();
      await pump(keys, { connectionId, holder }, reply);
    },
    letGo: (creatorId, conversationId) => hold.letGo(keysOf(creatorId, conversationId)),
    leave: (creatorId, conversationId, connectionId) => drop(keysOf(creatorId, conversationId), connectionId),
    dismiss: async (creatorId, conversationId) => {
      const [, , cursors = '', pumps = ''] = keysOf(creatorId, conversationId);
      const live = await redis.hkeys(cursors);
      if (live.length > 0) await Promise.all([redis.hdel(cursors, ...live), redis.hdel(pumps, ...live)]);
      return live;
    },
    deltaWriter: (creatorId, conversationId, turnId) =>
      openDeltaWriter(async (text) => {
        const { seq } = await append(creatorId, conversationId, { type: 'delta', turn_id: turnId, text }, MORE);
        return seq;
      }),
    lastSeq: async (creatorId, conversationId) => {
      const [, seqKey = ''] = keysOf(creatorId, conversationId);
      const seq = await answered(redis.get(seqKey));
      return seq === null ? floorOf(creatorId, conversationId) : Number(seq);
    },
    forget: async (creatorId, conversationId) => {
      const keys = keysOf(creatorId, conversationId);
      const [frames = '', seq = '', cursors = '', pumps = '', once = '', erased = ''] = keys;
      await answered(redis.set(erased, '1', 'PX', ERASED_MS));
      const live = await answered(redis.hkeys(cursors));
      await answered(redis.del(frames, seq, cursors, pumps, once));
      return live;
    },
  };
}

function keysOf(creatorId: string, conversationId: string): string[] {
  return ['frames', 'seq', 'cursors', 'pumps', 'once', 'erased'].map((name) =>
    creatorKey(creatorId, 'conversation', conversationId, name),
  );
}

/** What `publish` stored, with its number. */
const numbered = (body: string, seq: number): NumberedFrame => ({ seq, ...(JSON.parse(body) as NumberedFrameBody) });

function onceName(frame: NumberedFrameBody): string {
  if (frame.type === 'accepted' || frame.type === 'citations') return `${frame.type}:${frame.turn_id}`;
  if (frame.type === 'queued') return `queued:${frame.turn_id}:${frame.position}`;
  return frame.type === 'completed' || frame.type === 'failed' ? `end:${frame.turn_id}` : '';
}

/** A turn of which more is told than that it waits: its place in the queue is of no interest any more. */
function begunName(frame: NumberedFrameBody): string {
  return frame.type === 'accepted' || frame.type === 'queued' ? '' : `begun:${frame.turn_id}`;
}

function connectionsIn(live: readonly (string | number)[]): { connectionId: string; cursor: number }[] {
  const found: { connectionId: string; cursor: number }[] = [];
  for (let index = 0; index + 1 < live.length; index += 2) {
    found.push({ connectionId: String(live[index]), cursor: Number(live[index + 1]) });
  }
  return found;
}
