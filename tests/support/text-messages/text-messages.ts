import type { ChannelAdapter } from '../../../shared/channels/channel-adapter.ts';
import { ValidationError } from '../../../shared/errors/validation-error.ts';
import { ClientFrame } from '../../../shared/lifecycles/conversation/frames.ts';

/** A message as a phone network would hand it over: an id of its own and bare words. */
export interface TextMessage {
  readonly id: string;
  readonly body: string;
}

/**
 * A channel unlike the widget, for tests: phones know no streaming, no resuming and no errors in JSON. An answer is
 * one text when it is whole, its sources below it; STOP cancels what was asked last.
 */
export function openTextMessages() {
  const inboxes = new Map<string, string[]>();
  const away = new Set<string>();
  const sources = new Map<string, string>();
  let asked = '';
  const deliver = (connectionId: string, text: string) => {
    inboxes.set(connectionId, [...(inboxes.get(connectionId) ?? []), text]);
  };
  const isOpen = (connectionId: string) => inboxes.has(connectionId) && !away.has(connectionId);
  const adapter: ChannelAdapter<TextMessage> = {
    name: 'phone',
    read: ({ id, body }) => {
      if (body.trim() === 'STOP') return { kind: 'cancel', turnId: asked };
      const result = ClientFrame.safeParse({ action: 'message', client_message_id: id, text: body });
      if (!result.success || result.data.action !== 'message') throw new ValidationError([]);
      return { kind: 'message', clientMessageId: result.data.client_message_id, text: result.data.text };
    },
    post: async (connectionId, frame) => {
      if (!isOpen(connectionId)) return 'gone';
      if (frame.type === 'accepted') asked = frame.turn_id;
      if (frame.type === 'citations') sources.set(frame.turn_id, frame.citations.map(({ title }) => title).join(', '));
      if (frame.type === 'completed') deliver(connectionId, `${frame.text} (${sources.get(frame.turn_id) ?? ''})`);
      if (frame.type === 'failed' || frame.type === 'error') deliver(connectionId, 'Sorry, that did not work.');
      if (frame.type === 'closing') deliver(connectionId, 'Goodbye.');
      return 'sent';
    },
    close: async (connectionId) => {
      away.add(connectionId);
    },
    isOpen: async (connectionId) => isOpen(connectionId),
  };
  return {
    adapter,
    /** Somebody with this number may be written to from now on. */
    pickUp: (connectionId: string) => inboxes.set(connectionId, []),
    inboxOf: (connectionId: string): readonly string[] => inboxes.get(connectionId) ?? [],
  };
}
