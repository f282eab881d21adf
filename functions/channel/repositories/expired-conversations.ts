import type pg from 'pg';
import * as z from 'zod';

const Expired = z.object({ creator_id: z.uuid(), conversation_id: z.uuid() }).transform((row) => ({
  creatorId: row.creator_id,
  conversationId: row.conversation_id,
}));
export type ExpiredConversation = z.output<typeof Expired>;

/** Conversations of all creators that are older than their creator keeps them, oldest first, without the first `skipped`. */
export type FindExpiredConversations = (limit: number, skipped: number) => Promise<readonly ExpiredConversation[]>;

export function findExpiredConversations(pool: pg.Pool): FindExpiredConversations {
  return async (limit, skipped) => {
    const { rows } = await pool.query('select creator_id, conversation_id from lookup.conversations_expired($1, $2)', [
      limit,
      skipped,
    ]);
    return rows.map((row) => Expired.parse(row));
  };
}
