import * as z from 'zod';
import type { Executor } from '../../database/executor.ts';
import type { ConversationKey } from './conversation-record.ts';

/** Why a visitor's connection is ended from our side; the widget knows them (see `web/widget/app/session.ts`). */
export type ClosingReason = 'conversation_erased' | 'conversation_gone' | 'origin_not_allowed' | 'widget_switched_off';

const RightRow = z.object({
  lost: z.enum(['conversation_gone', 'origin_not_allowed', 'widget_switched_off']).nullable(),
});

/**
 * Why the page of a conversation may no longer be spoken to: its widget was deleted, does not name its origin any more, or
 * is switched off; undefined while it may. The rule is the one of `functions/channel/use-cases/admit-page.ts`.
 */
export async function readLostRight(db: Executor, key: ConversationKey): Promise<ClosingReason | undefined> {
  const [row] = await db.query(
    `select case
       when w.id is null then 'conversation_gone'
       when c.origin <> all (w.allowed_origins) then 'origin_not_allowed'
       when not w.enabled then 'widget_switched_off'
     end as lost
     from conversations c
     left join widgets w on w.creator_id = c.creator_id and w.id = c.widget_id
     where c.creator_id = $1 and c.id = $2`,
    [key.creatorId, key.conversationId],
  );
  return row === undefined ? 'conversation_gone' : (RightRow.parse(row).lost ?? undefined);
}
