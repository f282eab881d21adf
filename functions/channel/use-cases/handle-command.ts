import type { NumberedFrame, PlainFrame } from '../../../shared/lifecycles/conversation/frames.ts';
import type { ChannelCommand } from '../adapters/channel-adapter.ts';
import type { ChannelUse } from '../channel-use.ts';
import type { Connection } from '../gateways/connections.ts';
import { acceptMessage } from './accept-message.ts';
import { cancelTurn } from './cancel-turn.ts';

/** Does what a visitor asked; `reply` reaches the socket that asked, and no other. */
export async function handleCommand(
  use: ChannelUse,
  connection: Connection,
  command: ChannelCommand,
  reply: (frame: NumberedFrame | PlainFrame) => Promise<void>,
): Promise<void> {
  const { creatorId, conversationId } = connection.visitor;
  switch (command.kind) {
    case 'message':
      return acceptMessage(use, connection, command, reply);
    case 'resume':
      return use.stream.join(creatorId, conversationId, connection.connectionId, command.afterSeq);
    case 'cancel':
      return cancelTurn(use, connection.visitor, command.turnId);
    case 'ping':
      return reply({ type: 'pong' });
  }
}
