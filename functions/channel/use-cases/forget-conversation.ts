import { recordAudit } from '../../../shared/database/audit.ts';
import { NotFoundError } from '../../../shared/errors/not-found-error.ts';
import { eraseConversation } from '../../../shared/lifecycles/conversation/conversation-record.ts';
import { log } from '../../../shared/observability/logger.ts';
import { currentScope } from '../../../shared/observability/request-scope.ts';
import { actorOf, type VisitorCredential } from '../../../shared/security/credentials.ts';
import type { ChannelUse } from '../channel-use.ts';
import { admitVisitor, guarded } from './admit-page.ts';

/**
 * Erases what was said: rows first, in one transaction with its audit event; then the stream, which a worker that
 * still answers cannot bring back; then the sockets. A second call is not found.
 */
export async function forgetConversation(use: ChannelUse, visitor: VisitorCredential): Promise<void> {
  const { creatorId, conversationId } = visitor;
  await use.database.withTenant(creatorId, async (db) => {
    const erased = await guarded(admitVisitor(use, db, visitor), eraseConversation(db, { creatorId, conversationId }));
    if (!erased) throw new NotFoundError();
    await recordAudit(db, {
      creatorId,
      actor: actorOf(visitor),
      action: 'conversation.erased',
      subjectId: conversationId,
      requestId: currentScope()?.requestId,
    });
  });
  try {
    const live = await use.stream.forget(creatorId, conversationId);
    await Promise.all(live.map((connectionId) => closeSocket(use, connectionId, 'conversation_erased')));
  } catch (error) {
    // The frames expire by themselves within ten minutes, and no token or ticket leads to them any more.
    log.error('the stream of an erased conversation is left to expire', error);
  }
}

async function closeSocket(use: ChannelUse, connectionId: string, reason: string): Promise<void> {
  await use.sockets.post(connectionId, JSON.stringify({ type: 'closing', reason }));
  await use.sockets.close(connectionId);
  await use.connections.remove(connectionId);
}
