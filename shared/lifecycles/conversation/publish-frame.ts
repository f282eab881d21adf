import { randomUUID } from 'node:crypto';
import { NotFoundError } from '../../errors/not-found-error.ts';
import type { FramePumps } from './frame-pumps.ts';
import type { NumberedFrameBody } from './frames.ts';
import type { rememberSeqs } from './known-seqs.ts';
import { streamKeys } from './stream-keys.ts';
import type { StreamStore } from './stream-store.ts';

export interface AppendOptions {
  /** Numbers at or below it are used. */
  readonly floor?: number;
  /** Another frame of this writer follows at once, and takes over its connections; until then other writers' wait. */
  readonly more?: boolean;
  /** A connection that becomes live with this frame, unless it is live already. */
  readonly joins?: string;
  /** Called once the frame has its number, before it is posted: for what others wait for longer than for the post. */
  readonly whenNumbered?: () => void;
}

export interface PublishedFrame {
  readonly seq: number;
  /** The end of the posts. */
  readonly posted: Promise<void>;
  /** The frame was there already, and is posted to nobody. */
  readonly repeated: boolean;
}

/** @throws NotFoundError when somebody wants to join a conversation that was erased */
export type PublishFrame = (
  creatorId: string,
  conversationId: string,
  frame: NumberedFrameBody,
  options?: AppendOptions,
) => Promise<PublishedFrame>;

export interface PublisherParts {
  readonly store: StreamStore;
  readonly pumps: FramePumps;
  readonly seqs: ReturnType<typeof rememberSeqs>;
  readonly askFloor: (creatorId: string, conversationId: string) => Promise<number>;
}

/** Numbers and stores a frame, and starts to post it to every live connection that nobody else posts to. */
export function openPublisher({ store, pumps, seqs, askFloor }: PublisherParts): PublishFrame {
  return async (creatorId, conversationId, frame, options = {}) => {
    const keys = streamKeys(creatorId, conversationId);
    const handed = pumps.take(keys);
    const holder = handed[0]?.holder ?? randomUUID();
    const body = JSON.stringify(frame);
    const known = Math.max(options.floor ?? 0, seqs.of(creatorId, conversationId));
    const floor = {
      known: options.floor === undefined && known === 0 ? undefined : known,
      ask: () => askFloor(creatorId, conversationId),
    };
    const { kind, seq, live } = await store
      .append(keys, { frame, body, floor, holder, joins: options.joins, handed })
      .catch((error: unknown) => {
        void pumps.giveBack(keys, handed); // Nobody who is told of the failure waits for it.
        throw error;
      });
    const appended = kind === 'appended';
    if (kind !== 'erased') options.whenNumbered?.();
    if (appended) seqs.saw(creatorId, conversationId, seq);
    const posts = live.map(({ connectionId, cursor }) => {
      const next = appended && cursor === seq - 1;
      if (next && options.more) return pumps.postAndHold(keys, { connectionId, holder, delivered: cursor }, body);
      return pumps.run(keys, { connectionId, holder }, { kind: 'more', seq: cursor, frames: next ? [body] : [] });
    });
    if (!appended) posts.push(pumps.giveBack(keys, handed));
    if (kind === 'erased' && options.joins !== undefined) throw new NotFoundError();
    const posted = Promise.all(posts).then(() => {});
    posted.catch(() => {}); // Whoever awaits it is told; nobody has to.
    return { seq, posted, repeated: kind === 'repeat' };
  };
}
