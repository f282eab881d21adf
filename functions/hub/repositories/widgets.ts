import * as z from 'zod';
import { CURSOR_AT } from '../../../shared/database/cursor-at.ts';
import type { Executor } from '../../../shared/database/executor.ts';
import { waitForOthers } from '../../../shared/database/wait-for-others.ts';
import type { Cursor } from '../../../shared/models/listing.ts';
import { StoredTheme, type WidgetChange } from '../../../shared/models/widget.ts';

export const WidgetRow = z.object({
  id: z.string(),
  name: z.string(),
  allowed_origins: z.array(z.string()),
  greeting: z.string(),
  suggested_questions: z.array(z.string()),
  instructions: z.string(),
  locale: z.string(),
  theme: StoredTheme,
  enabled: z.boolean(),
  created_at: z.date(),
  updated_at: z.date(),
  cursor_at: z.string(),
});
export type WidgetRow = z.output<typeof WidgetRow>;

export type WidgetToInsert = Readonly<Omit<WidgetRow, 'id' | 'created_at' | 'updated_at' | 'cursor_at'>>;

export interface Widgets {
  /** The database draws the id: pages know a widget by nothing else, and nobody may take another's. */
  insert(widget: WidgetToInsert): Promise<WidgetRow>;
  find(id: string): Promise<WidgetRow | undefined>;
  /** Newest first; one row more than `limit` when there are more. */
  list(limit: number, cursor: Cursor | undefined): Promise<readonly WidgetRow[]>;
  /** Fields left out stay; undefined when there is no such widget. */
  update(id: string, change: WidgetChange): Promise<WidgetRow | undefined>;
  remove(id: string): Promise<boolean>;
  /** Until the transaction ends nobody else of the creator's counts. */
  count(): Promise<number>;
}

const COLUMNS = `id, name, allowed_origins, greeting, suggested_questions, instructions, locale, theme, enabled,
  created_at, updated_at, ${CURSOR_AT}`;

const first = (rows: readonly unknown[]) => (rows[0] === undefined ? undefined : WidgetRow.parse(rows[0]));

export function openWidgets(db: Executor, creatorId: string): Widgets {
  return {
    async insert(widget) {
      const rows = await db.query(
        `insert into widgets (creator_id, name, allowed_origins, greeting, suggested_questions, instructions,
           locale, theme, enabled)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning ${COLUMNS}`,
        [
          creatorId,
          widget.name,
          widget.allowed_origins,
          widget.greeting,
          widget.suggested_questions,
          widget.instructions,
          widget.locale,
          JSON.stringify(widget.theme),
          widget.enabled,
        ],
      );
      return WidgetRow.parse(rows[0]);
    },

    find: async (id) =>
      first(await db.query(`select ${COLUMNS} from widgets where creator_id = $1 and id = $2`, [creatorId, id])),

    async list(limit, cursor) {
      const rows = await db.query(
        `select ${COLUMNS} from widgets
         where creator_id = $1 and ($2::timestamptz is null or (created_at, id) < ($2, $3::uuid))
         order by created_at desc, id desc limit $4`,
        [creatorId, cursor?.createdAt ?? null, cursor?.id ?? null, limit + 1],
      );
      return rows.map((row) => WidgetRow.parse(row));
    },

    update: async (id, change) =>
      first(
        await db.query(
          `update widgets set name = coalesce($3, name), allowed_origins = coalesce($4, allowed_origins),
             greeting = coalesce($5, greeting), suggested_questions = coalesce($6, suggested_questions),
             instructions = coalesce($7, instructions), locale = coalesce($8, locale),
             theme = theme || coalesce($9, '{}')::jsonb, enabled = coalesce($10, enabled)
           where creator_id = $1 and id = $2 returning ${COLUMNS}`,
          [
            creatorId,
            id,
            change.name ?? null,
            change.allowed_origins ?? null,
            change.greeting ?? null,
            change.suggested_questions ?? null,
            change.instructions ?? null,
            change.locale ?? null,
            change.theme ? JSON.stringify(change.theme) : null,
            change.enabled ?? null,
          ],
        ),
      ),

    async count() {
      const [, [row]] = await Promise.all([
        waitForOthers(db, creatorId, 'widgets'),
        db.query('select count(*) as widgets from widgets where creator_id = $1', [creatorId]),
      ]);
      return z.object({ widgets: z.coerce.number() }).parse(row).widgets;
    },

    async remove(id) {
      const rows = await db.query('delete from widgets where creator_id = $1 and id = $2 returning id', [
        creatorId,
        id,
      ]);
      return rows.length > 0;
    },
  };
}
