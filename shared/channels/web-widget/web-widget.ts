import * as z from 'zod';
import type { SocketManagement } from '../../clients/socket-poster.ts';
import { ValidationError } from '../../errors/validation-error.ts';
import { ClientFrame } from '../../lifecycles/conversation/frames.ts';
import { Id } from '../../models/wire.ts';
import type { ChannelAdapter, ChannelCommand } from '../channel-adapter.ts';

/** A frame of the widget's socket: JSON text. */
export interface SocketFrame {
  readonly text: string | undefined;
  readonly isBinary: boolean;
}

/** The page marks the message that was refused by its id, also where the rest of the frame is no good. */
const NamedMessage = z.object({ client_message_id: Id });

/** The widget on a creator's page: one JSON object each way, as the contract's WebSocket section says. */
export function openWebWidget(sockets: SocketManagement): ChannelAdapter<SocketFrame> {
  return {
    name: '',
    read: ({ text, isBinary }) => {
      if (isBinary || text === undefined) throw invalid('Send frames as text.');
      const frame = parseJson(text);
      const result = ClientFrame.safeParse(frame);
      if (!result.success) throw ValidationError.fromZod(result.error, NamedMessage.safeParse(frame).data);
      return toCommand(result.data);
    },
    post: (connectionId, frame) => sockets.post(connectionId, JSON.stringify(frame)),
    close: sockets.close,
    isOpen: sockets.isOpen,
  };
}

function toCommand(frame: ClientFrame): ChannelCommand {
  switch (frame.action) {
    case 'message':
      return { kind: 'message', clientMessageId: frame.client_message_id, text: frame.text };
    case 'resume':
      return { kind: 'resume', afterSeq: frame.after_seq };
    case 'cancel':
      return { kind: 'cancel', turnId: frame.turn_id };
    case 'ping':
      return { kind: 'ping' };
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid('The frame is not valid JSON.');
  }
}

const invalid = (message: string) => new ValidationError([{ path: '', message }]);
