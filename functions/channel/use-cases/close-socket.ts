import type { ChannelUse } from '../channel-use.ts';
import { leaveSocket } from './open-socket.ts';

/** Why a socket is ended from our side; the widget knows them (see `web/widget/app/connection.ts`). */
export type ClosingReason = 'conversation_erased' | 'conversation_gone' | 'origin_not_allowed' | 'widget_switched_off';

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
