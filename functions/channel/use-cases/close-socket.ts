import type { ClosingReason } from '../../../shared/lifecycles/conversation/page-right.ts';
import type { ChannelUse } from '../channel-use.ts';
import { leaveSocket } from './open-socket.ts';

/** Tells the visitor why, ends the socket and forgets it; harmless for one that is gone already. */
export async function closeSocket(
  use: Pick<ChannelUse, 'outlet' | 'connections' | 'stream'>,
  connectionId: string,
  reason: ClosingReason,
): Promise<void> {
  await use.outlet.post(connectionId, { type: 'closing', reason });
  await use.outlet.close(connectionId);
  await leaveSocket(use, connectionId);
}
