import * as z from 'zod';
import type { Executor } from '../../../shared/database/executor.ts';

export const SettingsRow = z.object({
  chunk_tokens: z.number(),
  overlap_tokens: z.number(),
  refusal_threshold: z.number().nullable(),
  daily_spend_limit: z.number().nullable(),
  retention_days: z.number().nullable(),
});
export type SettingsRow = z.output<typeof SettingsRow>;

export interface CreatorSettings {
  /** Undefined while the creator has changed nothing. */
  find(): Promise<SettingsRow | undefined>;
  /** The same, and nobody else changes it before this transaction ends. */
  findForChange(): Promise<SettingsRow | undefined>;
  save(settings: SettingsRow): Promise<void>;
}

const COLUMNS = 'chunk_tokens, overlap_tokens, refusal_threshold, daily_spend_limit, retention_days';

export function openCreatorSettings(db: Executor, creatorId: string): CreatorSettings {
  const first = (rows: readonly unknown[]) => (rows[0] === undefined ? undefined : SettingsRow.parse(rows[0]));
  return {
    find: async () =>
      first(await db.query(`select ${COLUMNS} from creator_settings where creator_id = $1`, [creatorId])),
    findForChange: async () =>
      first(await db.query(`select ${COLUMNS} from creator_settings where creator_id = $1 for update`, [creatorId])),
    async save(settings) {
      await db.query(
        `insert into creator_settings (creator_id, ${COLUMNS}) values ($1, $2, $3, $4, $5, $6)
         on conflict (creator_id) do update set chunk_tokens = excluded.chunk_tokens,
           overlap_tokens = excluded.overlap_tokens, refusal_threshold = excluded.refusal_threshold,
           daily_spend_limit = excluded.daily_spend_limit, retention_days = excluded.retention_days`,
        [
          creatorId,
          settings.chunk_tokens,
          settings.overlap_tokens,
          settings.refusal_threshold,
          settings.daily_spend_limit,
          settings.retention_days,
        ],
      );
    },
  };
}
