import type { Outlet } from '../../../../shared/channels/channel-adapter.ts';
import { APIError } from '../../../../shared/errors/api-error.ts';
import type { ConversationKey } from '../../../../shared/lifecycles/conversation/conversation-record.ts';
import type { ConversationStream } from '../../../../shared/lifecycles/conversation/conversation-stream.ts';
import type { ClosingReason } from '../../../../shared/lifecycles/conversation/page-right.ts';
import { log } from '../../../../shared/observability/logger.ts';

/** The reason of a signal when the page lost its right while it was being answered. */
export class RightLost extends APIError {
  override readonly name = 'RightLost';
  readonly closing: ClosingReason;

  constructor(closing: ClosingReason) {
    if (closing === 'origin_not_allowed') super('ORIGIN_NOT_ALLOWED', 'This page may not use the widget.');
    else super('PERMISSION_DENIED', 'This widget is switched off.');
    this.closing = closing;
  }
}

/** Nothing more is posted to whoever listened to the conversation; each is told why and ended. */
export async function dismissPage(
  { stream, outlet }: { readonly stream: Pick<ConversationStream, 'dismiss'>; readonly outlet: Outlet },
  { creatorId, conversationId }: ConversationKey,
  reason: ClosingReason,
): Promise<void> {
  const live = await stream.dismiss(creatorId, conversationId);
  log.info('a page has lost its right while it was answered', { reason, sockets: live.length });
  await Promise.all(
    live.map(async (connectionId) => {
      await outlet.post(connectionId, { type: 'closing', reason });
      await outlet.close(connectionId);
    }),
  );
}
