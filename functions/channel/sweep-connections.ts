import type { Context, ScheduledEvent } from 'aws-lambda';
import { log } from '../../shared/observability/logger.ts';
import { requestIdFrom } from '../../shared/observability/request-id.ts';
import { runInScope } from '../../shared/observability/request-scope.ts';
import { type Channel, composeChannel } from './composition.ts';
import { findExpiredConversations } from './repositories/expired-conversations.ts';
import { dismissLostPages } from './use-cases/dismiss-lost-pages.ts';
import { type ExpiryReport, expireConversations } from './use-cases/expire-conversations.ts';
import { type SweepReport, sweepSockets } from './use-cases/sweep-sockets.ts';

let channel: Channel | undefined;

/**
 * Schedule: forgets sockets whose end was never reported, erases conversations that are past their time, and ends sockets
 * whose page has lost its right.
 */
export async function handler(event: ScheduledEvent, context: Context): Promise<SweepReport & ExpiryReport> {
  channel ??= composeChannel();
  const { use, pool, metrics } = channel;
  const scope = {
    requestId: requestIdFrom(event.id),
    service: 'channel',
    route: 'sweep-connections',
    deadlineAtMs: Date.now() + context.getRemainingTimeInMillis(),
  };
  return runInScope(scope, async () => {
    const report = await sweepSockets(use);
    log.info('sockets swept', { checked: report.checked, removed: report.removed });
    const expiry = await expireConversations(use, findExpiredConversations(pool));
    log.info('conversations expired', { ...expiry });
    // Last, for it looks at every socket there is, and the others must have their turn.
    const dismissal = await dismissLostPages(use);
    log.info('pages without a right dismissed', { ...dismissal });
    await metrics.flush();
    return { ...report, ...expiry };
  });
}
