import * as z from 'zod';
import { CURSOR_AT_OF_CONVERSATION, CURSOR_AT_OF_MESSAGE } from '../../../shared/database/cursor-at.ts';
import type { Executor } from '../../../shared/database/executor.ts';
import type { Cursor } from '../../../shared/models/listing.ts';

export const ConversationRow = z.object({
  id: z.string(),
  widget_id: z.string().nullable(),
  visitor_id: z.string(),
  origin: z.string(),
  message_count: z.number(),
  created_at: z.date(),
  updated_at: z.date(),
  cursor_at: z.string(),
});
export type ConversationRow = z.output<typeof ConversationRow>;

export const MessageRow = z.object({
  id: z.string(),
  turn_id: z.string().nullable(),
  role: z.enum(['visitor', 'assistant', 'agent']),
  text: z.string(),
  refused: z.boolean(),
  citations: z.array(z.unknown()),
  rating: z.enum(['up', 'down']).nullable(),
  comment: z.string().nullable(),
  created_at: z.date(),
  cursor_at: z.string(),
});
export type MessageRow = z.output<typeof MessageRow>;

export interface ConversationFilter {
  readonly widgetId?: string;
  /** Inclusive. */
  readonly from?: Date;
  /** Exclusive. */
  readonly to?: Date;
  readonly limit: number;
  readonly cursor?: Cursor;
}

/** What visitors said, for the creator to read; written by the life cycles of conversation and turn only. */
export interface Conversations {
  /** Newest first; one row more than `limit` when there are more. */
  list(filter: ConversationFilter): Promise<readonly ConversationRow[]>;
  find(id: string): Promise<ConversationRow | undefined>;
  /** Newest first; one row more than `limit` when there are more. */
  listMessages(id: string, limit: number, cursor: Cursor | undefined): Promise<readonly MessageRow[]>;
}

const COLUMNS = `c.id, c.widget_id, c.visitor_id, c.origin, c.created_at, c.updated_at,
  (select count(*)::int from messages m where m.creator_id = c.creator_id and m.conversation_id = c.id) as message_count,
  ${CURSOR_AT_OF_CONVERSATION}`;

export function openConversations(db: Executor, creatorId: string): Conversations {
  return {
    async list({ widgetId, from, to, limit, cursor }) {
      const rows = await db.query(
        `select ${COLUMNS} from conversations c
         where c.creator_id = $1
           and ($2::uuid is null or c.widget_id = $2)
           and ($3::timestamptz is null or c.created_at >= $3)
           and ($4::timestamptz is null or c.created_at < $4)
           and ($5::timestamptz is null or (c.created_at, c.id) < ($5, $6::uuid))
         order by c.created_at desc, c.id desc limit $7`,
        [
          creatorId,
          widgetId ?? null,
          from ?? null,
          to ?? null,
          cursor?.createdAt ?? null,
          cursor?.id ?? null,
          limit + 1,
        ],
      );
      return rows.map((row) => ConversationRow.parse(row));
    },

    async find(id) {
      const [row] = await db.query(`select ${COLUMNS} from conversations c where c.creator_id = $1 and c.id = $2`, [
        creatorId,
        id,
      ]);
      return row && ConversationRow.parse(row);
    },

    async listMessages(id, limit, cursor) {
      const rows = await db.query(
        `select m.id, m.turn_id, m.role, m.text, m.refused, m.citations, f.rating, f.comment, m.created_at,
           ${CURSOR_AT_OF_MESSAGE}
         from messages m
         left join feedback f on f.creator_id = m.creator_id and f.message_id = m.id
         where m.creator_id = $1 and m.conversation_id = $2
           and ($3::timestamptz is null or (m.created_at, m.id) < ($3, $4::uuid))
         order by m.created_at desc, m.id desc limit $5`,
        [creatorId, id, cursor?.createdAt ?? null, cursor?.id ?? null, limit + 1],
      );
      return rows.map((row) => MessageRow.parse(row));
    },
  };
}
