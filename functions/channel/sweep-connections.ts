import type { Context, ScheduledEvent } from 'aws-lambda';
import { requestIdFrom } from '../../shared/observability/request-id.ts';
import { runInScope } from '../../shared/observability/request-scope.ts';
import { type Channel, composeChannel } from './composition.ts';
import { findExpiredConversations } from './repositories/expired-conversations.ts';
import { sweepChannel } from './use-cases/sweep-channel.ts';

let channel: Channel | undefined;

/** Schedule: see `sweepChannel`. What could not be done is told by the invocation's failure, and tried by the next one. */
export async function handler(event: ScheduledEvent, context: Context): Promise<void> {
  channel ??= composeChannel();
  const { use, pool, metrics } = channel;
  const scope = {
    requestId: requestIdFrom(event.id),
    service: 'channel',
    route: 'sweep-connections',
    deadlineAtMs: Date.now() + context.getRemainingTimeInMillis(),
  };
  return runInScope(scope, () => sweepChannel(use, findExpiredConversations(pool)).finally(() => metrics.flush()));
}
