import * as z from 'zod';
import { ValidationError } from '../../../shared/errors/validation-error.ts';
import { wantRecut } from '../../../shared/lifecycles/document/recut-document.ts';
import type { CreatorCredential } from '../../../shared/security/credentials.ts';
import type { HubUse } from '../hub-use.ts';

export const Settings = z.object({
  /** Tokens in a passage, and how many it shares with the one before; what is cut otherwise is cut again by and by. */
  chunk_tokens: z.int().min(100).max(2_000),
  overlap_tokens: z.int().min(0).max(1_000),
  /** How sure retrieval must be to answer; null is the calibrated default. */
  refusal_threshold: z.number().min(0).max(1).nullable(),
  /** Answers a day; null is no limit. */
  daily_spend_limit: z.int().min(0).max(10_000_000).nullable(),
  /** Days that conversations are kept; null is until they are erased. */
  retention_days: z.int().min(1).max(3_650).nullable(),
});
export type Settings = z.output<typeof Settings>;

export const SettingsChange = z.strictObject(Settings.shape).partial();
export type SettingsChange = z.output<typeof SettingsChange>;

export const DEFAULT_SETTINGS: Settings = {
  chunk_tokens: 1_000,
  overlap_tokens: 200,
  refusal_threshold: null,
  daily_spend_limit: null,
  retention_days: null,
};

/**
 * Documents that were cut under other settings are cut again in the background.
 *
 * @throws ValidationError when the overlap would be more than half a passage, APIError RATE_LIMITED when passages would
 *   be cut anew too often
 */
export async function changeSettings(
  { inTenant, limitRecuts }: Pick<HubUse, 'inTenant' | 'limitRecuts'>,
  caller: CreatorCredential,
  change: SettingsChange,
): Promise<Settings> {
  return inTenant(caller, async (tables) => {
    const present = (await tables.settings.findForChange()) ?? DEFAULT_SETTINGS;
    const next = withKeptThreshold({ ...present, ...change });
    if (next.overlap_tokens * 2 > next.chunk_tokens) {
      throw new ValidationError([{ path: 'overlap_tokens', message: 'At most half of chunk_tokens.' }]);
    }
    const fields = Object.keys(change);
    if (fields.length === 0) return next;
    const isRecut = next.chunk_tokens !== present.chunk_tokens || next.overlap_tokens !== present.overlap_tokens;
    if (isRecut) await limitRecuts(tables.creatorId);
    await tables.settings.save(next);
    if (isRecut) await wantRecut(tables.db, tables.creatorId);
    tables.audit('settings.changed', tables.creatorId, fields);
    return next;
  });
}

/** The column keeps six decimals whatever the number; a smaller one than it can hold would be refused by the database. */
function withKeptThreshold(settings: Settings): Settings {
  const threshold = settings.refusal_threshold;
  return { ...settings, refusal_threshold: threshold === null ? null : Math.round(threshold * 1e6) / 1e6 };
}
