import * as z from 'zod';
import type { Executor } from '../../../shared/database/executor.ts';

const VoiceRow = z.object({ name: z.string(), instructions: z.string(), locale: z.string() });

/** How the widget of a turn's conversation wants to be stood in for; undefined when the widget was deleted. */
export async function readVoiceOfTurn(
  db: Executor,
  creatorId: string,
  turnId: string,
): Promise<z.output<typeof VoiceRow> | undefined> {
  const [row] = await db.query(
    `select w.name, w.instructions, w.locale
     from turns t
     join conversations c on c.creator_id = t.creator_id and c.id = t.conversation_id
     join widgets w on w.creator_id = c.creator_id and w.id = c.widget_id
     where t.creator_id = $1 and t.id = $2`,
    [creatorId, turnId],
  );
  return row === undefined ? undefined : VoiceRow.parse(row);
}
