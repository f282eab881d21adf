import { NotFoundError } from '../../../shared/errors/not-found-error.ts';
import { readTurnStatus, requestCancel } from '../../../shared/lifecycles/turn/finish-turn.ts';
import { log } from '../../../shared/observability/logger.ts';
import type { VisitorCredential } from '../../../shared/security/credentials.ts';
import type { ChannelUse } from '../channel-use.ts';

/**
 * Asks the engine to stop; `completed` with `cancelled` follows from it. A turn that has just ended is left alone.
 *
 * @throws NotFoundError when the conversation has no such turn
 */
export async function cancelTurn(use: ChannelUse, visitor: VisitorCredential, turnId: string): Promise<void> {
  const { creatorId, conversationId } = visitor;
  const wanted = { creatorId, conversationId, turnId };
  const [status, requested] = await use.database.withTenant(creatorId, (db) =>
    Promise.all([readTurnStatus(db, wanted), requestCancel(db, wanted)]),
  );
  if (status === undefined) throw new NotFoundError();
  if (!requested) return;
  // Only quicker than the row, which the worker reads when it renews its lease.
  await use.cancelSignal
    .raise(creatorId, turnId)
    .catch((error: unknown) => log.warn('a cancel goes by the database alone', { reason: String(error) }));
}
