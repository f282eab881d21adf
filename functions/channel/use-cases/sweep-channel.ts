import { log } from '../../../shared/observability/logger.ts';
import type { ChannelUse } from '../channel-use.ts';
import type { FindExpiredConversations } from '../repositories/expired-conversations.ts';
import { dismissLostPages } from './dismiss-lost-pages.ts';
import { expireConversations } from './expire-conversations.ts';
import { sweepSockets } from './sweep-sockets.ts';

/**
 * Forgets sockets whose end was never reported, erases conversations that are past their time, and ends sockets whose
 * page has lost its right. A step that fails keeps none of the others.
 *
 * @throws AggregateError of what failed, once all have had their turn
 */
export async function sweepChannel(use: ChannelUse, findExpired: FindExpiredConversations): Promise<void> {
  const steps = [
    ['sockets swept', () => sweepSockets(use)],
    ['conversations expired', () => expireConversations(use, findExpired)],
    // Last, for it looks at every socket there is, and the others must have their turn.
    ['pages without a right dismissed', () => dismissLostPages(use)],
  ] as const;
  const failures: unknown[] = [];
  for (const [done, step] of steps) {
    try {
      log.info(done, { ...(await step()) });
    } catch (error) {
      failures.push(error);
      log.error('a step of the sweep failed', error, { step: done });
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, 'the sweep was not whole');
}
