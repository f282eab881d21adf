import type { ServerFrame } from '../lifecycles/conversation/frames.ts';

/** What a visitor asks of a conversation, whatever the channel. */
export type ChannelCommand =
  | { readonly kind: 'message'; readonly clientMessageId: string; readonly text: string }
  | { readonly kind: 'resume'; readonly afterSeq: number }
  | { readonly kind: 'cancel'; readonly turnId: string }
  | { readonly kind: 'ping' };

/** What an adapter may take for one post, with its repeat and the end of the connection: leases are longer. */
export const LONGEST_POST_MS = 10_500;

/**
 * `sent`: the channel has taken it. `gone`: nobody is there any more, or the frame could not be delivered and the
 * connection was ended, so that its client comes back and resumes. Settles within LONGEST_POST_MS.
 */
export type FramePoster = (connectionId: string, frame: ServerFrame) => Promise<'sent' | 'gone'>;

/** Ways to those who are connected, whatever the channel. */
export interface Outlet {
  readonly post: FramePoster;
  /** Ends a connection; one that is gone already is no error. */
  readonly close: (connectionId: string) => Promise<void>;
  /** Whether the connection is known to be gone is what counts: in doubt it is open. */
  readonly isOpen: (connectionId: string) => Promise<boolean>;
}

/**
 * Between one channel's own messages and the one model that all channels share: commands come in, frames go out.
 * Each channel is a folder here and a line in `adapters.ts`; the engine, the life cycles and the use cases of the
 * channel service know none of them by name.
 */
export interface ChannelAdapter<Incoming> extends Outlet {
  /**
   * Its connections are called `<name>:…`, so that any service finds the way back. The widget's are called as API
   * Gateway calls them, without a colon: its name is empty.
   */
  readonly name: string;
  /** @throws ValidationError for what makes no sense on this channel */
  readonly read: (incoming: Incoming) => ChannelCommand;
}
