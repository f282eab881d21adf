import { recordAudit } from '../../../shared/database/audit.ts';
import { NotFoundError } from '../../../shared/errors/not-found-error.ts';
import { admitOrigin } from '../../../shared/lambda/cors.ts';
import { eraseConversation } from '../../../shared/lifecycles/conversation/conversation-record.ts';
import { log } from '../../../shared/observability/logger.ts';
import { currentScope } from '../../../shared/observability/request-scope.ts';
import { actorOf, type VisitorCredential } from '../../../shared/security/credentials.ts';
import type { ChannelUse } from '../channel-use.ts';
import { closeSocket } from './close-socket.ts';

/**
 * Erases what was said: rows first, in one transaction with its audit event; then the stream, which a worker that
 * still answers cannot bring back; then the sockets, also those that have said nothing yet. A valid token is enough:
 * the right to erase does not end with the widget or its place on the page. A second call is not found.
 */
export async function forgetConversation(use: ChannelUse, visitor: VisitorCredential): Promise<void> {
  const { creatorId, conversationId } = visitor;
  await use.database.withTenant(creatorId, async (db) => {
    const erased = await eraseConversation(db, { creatorId, conversationId });
    if (!erased) throw new NotFoundError();
    await recordAudit(db, {
      creatorId,
      actor: actorOf(visitor),
      action: 'conversation.erased',
      subjectId: conversationId,
      requestId: currentScope()?.requestId,
    });
  });
  admitOrigin(visitor.origin);
  await closeSockets(use, visitor);
}

/** Closes what Redis tells; a token or ticket leads to the conversation no more, whatever happens here. */
async function closeSockets(use: ChannelUse, visitor: VisitorCredential): Promise<void> {
  const { creatorId, conversationId } = visitor;
  const found = await Promise.allSettled([
    use.stream.forget(creatorId, conversationId),
    use.connections.ofVisitor(visitor),
  ]);
  const sockets = new Set(found.flatMap((outcome) => (outcome.status === 'fulfilled' ? outcome.value : [])));
  const closed = await Promise.allSettled(
    [...sockets].map((connectionId) => closeSocket(use, connectionId, 'conversation_erased')),
  );
  for (const outcome of [...found, ...closed]) {
    // The frames expire by themselves ten minutes after the last, and sockets within two hours.
    if (outcome.status === 'rejected') log.error('traces of an erased conversation are left to expire', outcome.reason);
  }
}
