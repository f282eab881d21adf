import type pg from 'pg';
import * as z from 'zod';
import type { Executor } from '../../../shared/database/executor.ts';
import { StoredTheme } from '../../../shared/models/widget.ts';

/** What channel may know of a widget: whom to let in, and what its page shows. Never its instructions. */
export const WidgetRow = z.object({
  id: z.string(),
  name: z.string(),
  allowed_origins: z.array(z.string()),
  greeting: z.string(),
  suggested_questions: z.array(z.string()),
  locale: z.string(),
  theme: StoredTheme,
  enabled: z.boolean(),
});
export type WidgetRow = z.output<typeof WidgetRow>;

/** Whose widget it is; asked before a tenant is known. */
export type FindCreatorOfWidget = (widgetId: string) => Promise<string | undefined>;

const Owner = z.object({ creator_id: z.uuid() });

export function findCreatorOfWidget(pool: pg.Pool): FindCreatorOfWidget {
  return async (widgetId) => {
    const { rows } = await pool.query('select creator_id from lookup.creator_of_widget($1)', [widgetId]);
    return rows[0] && Owner.parse(rows[0]).creator_id;
  };
}

export type ReadWidget = typeof readWidget;

export async function readWidget(db: Executor, creatorId: string, widgetId: string): Promise<WidgetRow | undefined> {
  const [row] = await db.query(
    `select id, name, allowed_origins, greeting, suggested_questions, locale, theme, enabled
     from widgets where creator_id = $1 and id = $2`,
    [creatorId, widgetId],
  );
  return row && WidgetRow.parse(row);
}

const WidgetRight = WidgetRow.pick({ id: true, allowed_origins: true, enabled: true });
export type WidgetRight = z.output<typeof WidgetRight>;

export type ReadWidgetRights = typeof readWidgetRights;

/** Whom these widgets let in; one that is not there any more is left out. */
export async function readWidgetRights(
  db: Executor,
  creatorId: string,
  widgetIds: readonly string[],
): Promise<WidgetRight[]> {
  const rows = await db.query(
    'select id, allowed_origins, enabled from widgets where creator_id = $1 and id = any($2::uuid[])',
    [creatorId, widgetIds],
  );
  return rows.map((row) => WidgetRight.parse(row));
}
