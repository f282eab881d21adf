import type { Executor } from '../../database/executor.ts';
import { chunkSetting } from './chunk-settings.ts';

const TOKENS = chunkSetting('chunk_tokens', 'chunk_tokens');
const OVERLAP = chunkSetting('overlap_tokens', 'overlap_tokens');
const DIFFERS = `(chunk_tokens <> ${TOKENS} or overlap_tokens <> ${OVERLAP})`;

/** Marks what was cut under other settings than the present ones; the sweeper sends for it. */
export async function wantRecut(db: Executor, creatorId: string): Promise<void> {
  await db.query(
    `update documents set recut_wanted = ${DIFFERS}, queued_at = case when ${DIFFERS} then now() else queued_at end,
       resent = 0
     where creator_id = $1 and deleted_at is null and (recut_wanted or ${DIFFERS})`,
    [creatorId],
  );
}

/**
 * Begins a marked document anew from its stored original, as a new generation and under the present settings; the live
 * one goes on answering. The mark is gone afterwards, whether or not there was anything to do.
 *
 * @returns whether it is to be processed now; false also while it is not ready
 */
export async function recutDocument(db: Executor, creatorId: string, id: string): Promise<boolean> {
  const begun = await db.query(
    `update documents set status = 'processing', generation = generation + 1, attempt = 0, deaths = 0,
       lease_owner = null, lease_until = null, deadline_at = now() + interval '30 minutes', queued_at = now(),
       resent = 0, progress_stage = 'extract', progress_done = 0, progress_total = 0,
       chunk_tokens = ${TOKENS}, overlap_tokens = ${OVERLAP}, embedded_chunks = 0, embedding_model = null,
       recut_wanted = false
     where creator_id = $1 and id = $2 and deleted_at is null and recut_wanted and status = 'ready'
       and library_upload_id = upload_id and ${DIFFERS}
     returning id`,
    [creatorId, id],
  );
  if (begun.length > 0) return true;
  await db.query(
    `update documents set recut_wanted = false
     where creator_id = $1 and id = $2 and recut_wanted and status = 'ready'`,
    [creatorId, id],
  );
  return false;
}
