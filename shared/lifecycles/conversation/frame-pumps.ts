import type { FramePoster } from '../../channels/channel-adapter.ts';
import type { NumberedFrame, NumberedFrameBody } from './frames.ts';
import { type HeldPump, holdPumps } from './pump-hold.ts';
import type { StreamKeys } from './stream-keys.ts';
import type { TailReply } from './stream-replies.ts';
import type { StreamStore } from './stream-store.ts';

export type Pump = Pick<HeldPump, 'connectionId' | 'holder'>;

export interface FramePumps {
  /** Posts frame after frame until the connection has all of them; `tail` is what it gets first. */
  run(keys: StreamKeys, pump: Pump, tail: TailReply): Promise<void>;
  /** Posts one frame with a pump that is at it, and keeps the pump for the writer's next one. */
  postAndHold(keys: StreamKeys, pump: HeldPump, body: string): Promise<void>;
  /** The pumps kept for the writer's next frame. Who takes them posts with them or gives them back. */
  take(keys: StreamKeys): readonly HeldPump[];
  /** Ends those that no frame was posted with, and whatever else is kept for the conversation. */
  giveBack(keys: StreamKeys, pumps: readonly HeldPump[]): Promise<void>;
}

export interface FramePumpParts {
  readonly post: FramePoster;
  readonly advance: StreamStore['advance'];
  /** Called for a connection that is gone. */
  readonly drop: (keys: StreamKeys, connectionId: string) => Promise<void>;
  /** A writer whose next frame takes longer lets its pumps go. */
  readonly handedOnWithinMs: number;
  /** After so long a run of posts reports where it is, which renews its lease. */
  readonly renewAfterMs?: number;
}

/** A small part of the lease; quick posts, a hundred within it, cost no further script. */
const RENEW_AFTER_MS = 1_000;

/** Posts to live connections, each by the one holder of its pump. */
export function openFramePumps(parts: FramePumpParts): FramePumps {
  const { post, advance, drop, handedOnWithinMs, renewAfterMs = RENEW_AFTER_MS } = parts;
  const run: FramePumps['run'] = async (keys, { connectionId, holder }, tail) => {
    let { kind, seq, frames } = tail;
    while (kind === 'more' || kind === 'reset') {
      const renewedAtMs = performance.now();
      let delivered = seq;
      if (kind === 'reset' && (await post(connectionId, { type: 'reset', last_seq: seq })) === 'gone') {
        return drop(keys, connectionId);
      }
      for (const body of frames) {
        delivered += 1;
        if ((await post(connectionId, numbered(body, delivered))) === 'gone') return drop(keys, connectionId);
        if (performance.now() - renewedAtMs >= renewAfterMs) break; // What is left comes again with the answer.
      }
      ({ kind, seq, frames } = await advance(keys, { connectionId, holder, delivered }));
    }
  };
  const hold = holdPumps<StreamKeys>(
    async (keys, held) => run(keys, held, await advance(keys, held)),
    handedOnWithinMs,
  );

  return {
    run,
    postAndHold: async (keys, { connectionId, holder, delivered }, body) => {
      const seq = delivered + 1;
      if ((await post(connectionId, numbered(body, seq))) === 'gone') return drop(keys, connectionId);
      hold.keep(keys, { connectionId, holder, delivered: seq });
    },
    take: (keys) => hold.take(keys),
    giveBack: (keys, pumps) => {
      for (const each of pumps) hold.keep(keys, each);
      return hold.letGo(keys);
    },
  };
}

/** A frame as it was stored, with its number. */
const numbered = (body: string, seq: number): NumberedFrame => ({ seq, ...(JSON.parse(body) as NumberedFrameBody) });
