import { NotFoundError } from '../../../shared/errors/not-found-error.ts';
import { readConversation } from '../../../shared/lifecycles/conversation/conversation-record.ts';
import { listMessages, type MessageRow } from '../../../shared/lifecycles/conversation/messages.ts';
import type { Cursor } from '../../../shared/models/listing.ts';
import type { VisitorCredential } from '../../../shared/security/credentials.ts';
import type { ChannelUse } from '../channel-use.ts';
import { admitVisitor, guarded } from './admit-page.ts';

export interface History {
  /** Oldest first; one more than `limit` when there are more. */
  readonly rows: readonly MessageRow[];
  /** Resume above it: whatever had a number up to here is in the rows, or is an answer still being written. */
  readonly lastSeq: number;
}

/** @throws NotFoundError for an erased conversation, APIError ORIGIN_NOT_ALLOWED */
export async function readMessages(
  use: ChannelUse,
  visitor: VisitorCredential,
  { limit, cursor }: { readonly limit: number; readonly cursor: Cursor | undefined },
): Promise<History> {
  const { creatorId, conversationId } = visitor;
  // Before the rows: a message stored between the two is then told twice rather than never. Without Redis, what Postgres
  // knows has to do.
  const streamed = await use.stream.lastSeq(creatorId, conversationId).catch(() => undefined);
  const [conversation, rows] = await use.database.readAsTenant(creatorId, (db) =>
    guarded(
      admitVisitor(use, db, visitor),
      Promise.all([readConversation(db, visitor), listMessages(db, { creatorId, conversationId, limit, cursor })]),
    ),
  );
  if (!conversation) throw new NotFoundError();
  return { rows, lastSeq: streamed ?? conversation.last_seq };
}
