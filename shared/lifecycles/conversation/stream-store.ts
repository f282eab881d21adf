import { LONGEST_POST_MS } from '../../channels/channel-adapter.ts';
import type { RedisClient } from '../../clients/redis.ts';
import { redisScript, type ScriptArgument } from '../../clients/redis-script.ts';
import { begunName, onceName, voidedBy } from './frame-names.ts';
import type { NumberedFrameBody } from './frames.ts';
import type { HeldPump } from './pump-hold.ts';
import type { StreamKeys } from './stream-keys.ts';
import { type AppendReply, readAppendReply, readTailReply, type TailReply } from './stream-replies.ts';
import { ADVANCE, APPEND, JOIN, RELEASE } from './stream-scripts.ts';

/** The number to go on from: the one known, or else what `ask` brings, which is called only where Redis knows none. */
export interface Floor {
  readonly known: number | undefined;
  readonly ask: () => Promise<number>;
}

export interface AppendRequest {
  readonly frame: NumberedFrameBody;
  /** The frame as it is stored. */
  readonly body: string;
  readonly floor: Floor;
  readonly holder: string;
  /** Becomes live behind the last frame before this one, unless it is live already. */
  readonly joins: string | undefined;
  /** Pumps of this holder that are handed on to the frame. */
  readonly handed: readonly HeldPump[];
}

export interface JoinRequest {
  readonly connectionId: string;
  readonly holder: string;
  /** Absent: from now on. */
  readonly afterSeq: number | undefined;
  readonly floor: Floor;
}

/** The steps of a conversation's stream that are one script each. All throw RedisUnavailableError without an answer. */
export interface StreamStore {
  /** Numbers and keeps the frame; takes the pumps of the live connections that nobody posts to. */
  append(keys: StreamKeys, request: AppendRequest): Promise<AppendReply>;
  /** Makes the connection live and takes its pump. */
  join(keys: StreamKeys, request: JoinRequest): Promise<TailReply>;
  /** Reports what a pump has posted; tells what follows, or ends the pump at the tip in the same step. */
  advance(keys: StreamKeys, pump: HeldPump): Promise<TailReply>;
}

const MINUTE_MS = 60_000;
/** After the last frame that prolongs: by age alone no frame goes while others come, only by number. */
const FRAMES_MS = 10 * MINUTE_MS;
const MAX_FRAMES = 8_000;
/** A socket lives two hours at most (API Gateway). */
const CURSORS_MS = 130 * MINUTE_MS;
const SEQ_MS = 7 * 24 * 60 * MINUTE_MS;
/**
 * Whoever begins a post has half of it left (`frame-pumps.ts` and APPEND renew it), which is longer than the post and an
 * answer of Redis take: only the pump of a process that ended, or was stopped for so long, runs out.
 */
const PUMP_LEASE_MS = 2 * (LONGEST_POST_MS + 1_000);
const BATCH = 100;
/** Frames that may have been numbered after Postgres last heard of it: `citations` and `completed`. */
const MARGIN = 2;

/** Runs the scripts of `stream-scripts.ts`; whatever pumps one may have taken without an answer are ended. */
export function openStreamStore(redis: RedisClient): StreamStore {
  const runAppend = redisScript(redis, APPEND);
  const runJoin = redisScript(redis, JOIN);
  const runAdvance = redisScript(redis, ADVANCE);
  /**
   * A script that was not answered in time may still run, and take pumps that nobody knows of: frames would wait for
   * their lease to run out. What is sent now runs behind it, with its whole text: nobody would hear that it is unknown.
   */
  const orRelease = <T>(keys: StreamKeys, holder: string, work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      redis.eval(RELEASE, keys.length, ...keys, holder).catch(() => {});
      throw error;
    });

  return {
    append: (keys, { frame, body, floor, holder, joins = '', handed }) => {
      const run = async (from: ScriptArgument) => {
        const names = [onceName(frame), holder, PUMP_LEASE_MS, MAX_FRAMES, FRAMES_MS, SEQ_MS, begunName(frame)];
        const pumps = handed.flatMap(({ connectionId, delivered }) => [connectionId, delivered]);
        const joining = [joins, CURSORS_MS];
        return readAppendReply(
          await runAppend(keys, [body, from, MARGIN, ...names, voidedBy(frame), ...joining, ...pumps]),
        );
      };
      return orRelease(keys, holder, withFloor(floor, run));
    },
    join: (keys, { connectionId, holder, afterSeq = '', floor }) => {
      const run = async (from: ScriptArgument) => {
        const connection = [connectionId, afterSeq, holder, PUMP_LEASE_MS, BATCH];
        return readTailReply(await runJoin(keys, [...connection, from, MARGIN, CURSORS_MS, SEQ_MS]));
      };
      return orRelease(keys, holder, withFloor(floor, run));
    },
    advance: (keys, { connectionId, holder, delivered }) => {
      const reply = runAdvance(keys, [connectionId, holder, delivered, PUMP_LEASE_MS, BATCH]);
      return orRelease(keys, holder, reply.then(readTailReply));
    },
  };
}

async function withFloor<T extends { readonly kind: string }>(
  floor: Floor,
  run: (from: ScriptArgument) => Promise<T>,
): Promise<T> {
  const reply = await run(floor.known ?? '');
  return reply.kind === 'unknown' ? run(await floor.ask()) : reply;
}
