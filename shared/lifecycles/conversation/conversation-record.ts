import * as z from 'zod';
import type { Executor } from '../../database/executor.ts';

/** Names a conversation, under its creator. */
export interface ConversationKey {
  readonly creatorId: string;
  readonly conversationId: string;
}

export interface NewConversation extends ConversationKey {
  readonly widgetId: string;
  readonly visitorId: string;
  readonly origin: string;
}

const ConversationRow = z.object({
  id: z.string(),
  widget_id: z.string().nullable(),
  visitor_id: z.string(),
  origin: z.string(),
  last_seq: z.coerce.number(),
  created_at: z.date(),
});
export type ConversationRow = z.output<typeof ConversationRow>;

/** Stores a new conversation. @throws DatabaseError of pg when the widget is not the creator's */
export async function openConversation(db: Executor, conversation: NewConversation): Promise<void> {
  const { creatorId, conversationId, widgetId, visitorId, origin } = conversation;
  await db.query(
    'insert into conversations (creator_id, id, widget_id, visitor_id, origin) values ($1, $2, $3, $4, $5)',
    [creatorId, conversationId, widgetId, visitorId, origin],
  );
}

/** Undefined when there is none, or it was erased. */
export async function readConversation(db: Executor, key: ConversationKey): Promise<ConversationRow | undefined> {
  const [row] = await db.query(
    `select id, widget_id, visitor_id, origin, last_seq, created_at
     from conversations where creator_id = $1 and id = $2`,
    [key.creatorId, key.conversationId],
  );
  return row && ConversationRow.parse(row);
}

/** More frames than one turn can have, however often it is tried. */
const FRAMES_OF_A_TURN = 10_000;

/**
 * A number above which no visitor has seen a frame: the highest that Postgres has heard of and, while a worker has a
 * turn in hand, what it may have numbered since. 0 for an unknown conversation.
 */
export async function readLastSeq(db: Executor, key: ConversationKey): Promise<number> {
  const [row] = await db.query(
    `select last_seq, exists (
       select from turns t
       where t.creator_id = c.creator_id and t.conversation_id = c.id and t.status = 'open' and t.attempt > 0
     ) as being_answered
     from conversations c where c.creator_id = $1 and c.id = $2`,
    [key.creatorId, key.conversationId],
  );
  return Number(row?.last_seq ?? 0) + (row?.being_answered === true ? FRAMES_OF_A_TURN : 0);
}

/**
 * Removes the conversation with its turns, messages and feedback; false when there is none. A worker that still
 * answers finds its turn gone and stops. The stream in Redis is forgotten separately.
 */
export async function eraseConversation(db: Executor, key: ConversationKey): Promise<boolean> {
  const rows = await db.query('delete from conversations where creator_id = $1 and id = $2 returning id', [
    key.creatorId,
    key.conversationId,
  ]);
  return rows.length > 0;
}
