import { recordAudit } from '../../../shared/database/audit.ts';
import { eraseConversation } from '../../../shared/lifecycles/conversation/conversation-record.ts';
import { log } from '../../../shared/observability/logger.ts';
import { currentScope } from '../../../shared/observability/request-scope.ts';
import type { ChannelUse } from '../channel-use.ts';
import type { ExpiredConversation, FindExpiredConversations } from '../repositories/expired-conversations.ts';

/** One run erases at most this many; the rest is the next run's. */
const BATCH = 500;

export interface ExpiryReport {
  readonly expired: number;
  readonly failed: number;
}

/** Erases what is older than its creator keeps it. One that fails does not keep the others, and comes again. */
export async function expireConversations(
  use: Pick<ChannelUse, 'database' | 'stream'>,
  findExpired: FindExpiredConversations,
): Promise<ExpiryReport> {
  let failed = 0;
  const due = await findExpired(BATCH);
  for (const conversation of due) {
    try {
      await expire(use, conversation);
    } catch (error) {
      failed += 1;
      log.error('an expired conversation is left to the next sweep', error);
    }
  }
  return { expired: due.length - failed, failed };
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
  // Its frames went ten minutes after they came, and no socket lasts a day.
  await use.stream.forget(creatorId, conversationId);
}
