import type { ChannelCommand } from '../../../shared/channels/channel-adapter.ts';
import type { NumberedFrame, PlainFrame } from '../../../shared/lifecycles/conversation/frames.ts';
import type { ChannelUse } from '../channel-use.ts';
import type { Connection } from '../gateways/connections.ts';
import { acceptMessage } from './accept-message.ts';
import { cancelTurn } from './cancel-turn.ts';
import { resumeConversation } from './resume-conversation.ts';

const SIGNALS_PER_VISITOR = { points: 60, perSeconds: 60 };

/**
 * Does what a visitor asked; `reply` reaches the socket that asked, and no other.
 *
 * @throws what the use cases throw; APIError RATE_LIMITED
 */
export async function handleCommand(
  use: ChannelUse,
  connection: Connection,
  command: ChannelCommand,
  reply: (frame: NumberedFrame | PlainFrame) => Promise<void>,
): Promise<void> {
  const { creatorId, visitorId } = connection.visitor;
  const visitor = { creatorId, of: visitorId };
  switch (command.kind) {
    case 'message':
      return acceptMessage(use, connection, command, reply);
    case 'resume':
      return resumeConversation(use, connection, command.afterSeq);
    case 'cancel':
      await use.limiter.consume('cancel-visitor', visitor, SIGNALS_PER_VISITOR);
      return cancelTurn(use, connection.visitor, command.turnId);
    case 'ping':
      await use.limiter.consume('ping-visitor', visitor, SIGNALS_PER_VISITOR);
      return reply({ type: 'pong' });
  }
}
