import { NotFoundError } from '../../../shared/errors/not-found-error.ts';
import { readConversation } from '../../../shared/lifecycles/conversation/conversation-record.ts';
import type { VisitorCredential } from '../../../shared/security/credentials.ts';
import type { ChannelUse } from '../channel-use.ts';
import { admitVisitor, guarded, requireEnabled } from './admit-page.ts';

export interface SocketAddress {
  readonly url: string;
  readonly ticket: string;
  readonly expires_in: number;
}

export async function addressOf(
  use: Pick<ChannelUse, 'tickets' | 'socketUrl'>,
  visitor: VisitorCredential,
): Promise<SocketAddress> {
  return { url: use.socketUrl, ticket: await use.tickets.issue(visitor), expires_in: use.tickets.lifetimeSeconds };
}

/**
 * A ticket for one more socket of a conversation that still exists.
 *
 * @throws NotFoundError, APIError ORIGIN_NOT_ALLOWED, PERMISSION_DENIED (switched off), DEPENDENCY_UNAVAILABLE
 */
export async function issueTicket(use: ChannelUse, visitor: VisitorCredential): Promise<SocketAddress> {
  await requireOpenConversation(use, visitor);
  return addressOf(use, visitor);
}

/** The page is still allowed, the widget switched on and the conversation not erased. */
export async function requireOpenConversation(
  use: Pick<ChannelUse, 'database' | 'readWidget'>,
  visitor: VisitorCredential,
) {
  const conversation = await use.database.readAsTenant(visitor.creatorId, (db) => {
    const admitted = admitVisitor(use, db, visitor).then((widget) => {
      requireEnabled(widget);
      return widget;
    });
    return guarded(admitted, readConversation(db, visitor));
  });
  if (!conversation) throw new NotFoundError();
}
