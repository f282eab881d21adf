import * as z from 'zod';
import { CURSOR_AT_OF_MESSAGE } from '../../database/cursor-at.ts';
import type { Executor } from '../../database/executor.ts';
import type { Cursor } from '../../models/listing.ts';
import type { ConversationKey } from './conversation-record.ts';

const MessageRow = z.object({
  id: z.string(),
  turn_id: z.string().nullable(),
  role: z.enum(['visitor', 'assistant', 'agent']),
  text: z.string(),
  refused: z.boolean(),
  citations: z.array(z.unknown()),
  rating: z.enum(['up', 'down']).nullable(),
  created_at: z.date(),
  cursor_at: z.string(),
});
export type MessageRow = z.output<typeof MessageRow>;

/** Oldest first; one row more than `limit` when there are more. */
export async function listMessages(
  db: Executor,
  { creatorId, conversationId, limit, cursor }: ConversationKey & { readonly limit: number; readonly cursor?: Cursor },
): Promise<readonly MessageRow[]> {
  const rows = await db.query(
    `select m.id, m.turn_id, m.role, m.text, m.refused, m.citations, f.rating, m.created_at,
       ${CURSOR_AT_OF_MESSAGE}
     from messages m
     left join feedback f on f.creator_id = m.creator_id and f.message_id = m.id
     where m.creator_id = $1 and m.conversation_id = $2
       and ($3::timestamptz is null or (m.created_at, m.id) > ($3::timestamptz, $4::uuid))
     order by m.created_at, m.id
     limit $5`,
    [creatorId, conversationId, cursor?.createdAt ?? null, cursor?.id ?? null, limit + 1],
  );
  return rows.map((row) => MessageRow.parse(row));
}

export interface Feedback extends ConversationKey {
  readonly messageId: string;
  readonly rating: 'up' | 'down';
  readonly comment?: string;
}

/** The latest rating of an answer counts; undefined when the conversation has no such answer. */
export async function rateMessage(db: Executor, feedback: Feedback): Promise<'changed' | 'same' | undefined> {
  const [row] = await db.query(
    `with answer as (
       select creator_id, id from messages
       where creator_id = $1 and conversation_id = $2 and id = $3 and role <> 'visitor'
     ), changed as (
       insert into feedback (creator_id, message_id, rating, comment)
       select creator_id, id, $4, $5 from answer
       on conflict (creator_id, message_id) do update set rating = excluded.rating, comment = excluded.comment
       where (feedback.rating, feedback.comment) is distinct from (excluded.rating, excluded.comment)
       returning message_id
     )
     select exists (select from changed) as changed from answer`,
    [feedback.creatorId, feedback.conversationId, feedback.messageId, feedback.rating, feedback.comment ?? null],
  );
  if (!row) return undefined;
  return row.changed === true ? 'changed' : 'same';
}
