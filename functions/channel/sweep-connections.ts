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
 * Schedule: ends sockets whose page has lost its right, forgets those whose end was never reported, and erases
 * conversations that are past their time.
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
    const dismissal = await dismissLostPages(use);
    log.info('pages without a right dismissed', { ...dismissal });
    const report = await sweepSockets(use);
    log.info('sockets swept', { checked: report.checked, removed: report.removed });
    const expiry = await expireConversations(use, findExpiredConversations(pool));
    log.info('conversations expired', { ...expiry });
    await metrics.flush();
    return { ...report, ...expiry };
  });
}
