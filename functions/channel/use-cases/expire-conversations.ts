import { recordAudit } from '../../../shared/database/audit.ts';
import { eraseConversation } from '../../../shared/lifecycles/conversation/conversation-record.ts';
import { log } from '../../../shared/observability/logger.ts';
import { currentScope, timeLeftMs } from '../../../shared/observability/request-scope.ts';
import type { ChannelUse } from '../channel-use.ts';
import type { ExpiredConversation, FindExpiredConversations } from '../repositories/expired-conversations.ts';

const BATCH = 500;
/** Of the sweep's minute, for what comes after; the rest of the conversations is the next run's. */
const LEFT_FOR_OTHERS_MS = 30_000;

export interface ExpiryReport {
  readonly expired: number;
  readonly failed: number;
}

/** Erases what is older than its creator keeps it. One that fails keeps no other, and comes again. */
export async function expireConversations(
  use: Pick<ChannelUse, 'database' | 'stream'>,
  findExpired: FindExpiredConversations,
): Promise<ExpiryReport> {
  let [expired, failed] = [0, 0];
  for (;;) {
    const due = await findExpired(BATCH, failed); // The failed ones are the oldest that are left.
    for (const conversation of due) {
      if (timeLeftMs() < LEFT_FOR_OTHERS_MS) return { expired, failed };
      try {
        await expire(use, conversation);
        expired += 1;
      } catch (error) {
        failed += 1;
        log.error('an expired conversation is left to the next sweep', error);
      }
    }
    if (due.length < BATCH) return { expired, failed };
  }
}

async function expire(use: Parameters<typeof expireConversations>[0], conversation: ExpiredConversation) {
  const { creatorId, conversationId } = conversation;
  await use.database.withTenant(creatorId, async (db) => {
    if (!(await eraseConversation(db, conversation))) return;
    await recordAudit(db, {
      creatorId,
      actor: 'system:retention',
      action: 'conversation.expired',
      subjectId: conversationId,
      requestId: currentScope()?.requestId,
    });
  });
  // Its frames went ten minutes after the last, and no socket lasts a day.
  await use.stream.forget(creatorId, conversationId);
}
