import type { NumberedFrame, PlainFrame } from '../../../shared/lifecycles/conversation/frames.ts';

/** What a visitor asks of a conversation, whatever the channel. */
export type ChannelCommand =
  | { readonly kind: 'message'; readonly clientMessageId: string; readonly text: string }
  | { readonly kind: 'resume'; readonly afterSeq: number }
  | { readonly kind: 'cancel'; readonly turnId: string }
  | { readonly kind: 'ping' };

/**
 * Between one channel's own messages and the model that all channels share. Another channel is another folder here:
 * an adapter, and an entry that finds out whose conversation it is.
 */
export interface ChannelAdapter<Incoming, Outgoing> {
  /** @throws ValidationError for what makes no sense on this channel */
  read(incoming: Incoming): ChannelCommand;
  write(frame: NumberedFrame | PlainFrame): Outgoing;
}
