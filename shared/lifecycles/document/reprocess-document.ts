import { randomUUID } from 'node:crypto';
import type { Executor } from '../../database/executor.ts';
import { chunkSetting } from './chunk-settings.ts';

/**
 * Reads a document again, as a new generation and under the present settings: an upload from its stored original, a
 * page from its web address. Only a settled one can be, and an upload only when its clean original lies in the library:
 * false otherwise (also when there is no such document).
 */
export async function reprocessDocument(db: Executor, creatorId: string, id: string): Promise<boolean> {
  const rows = await db.query(
    `update documents set status = case source when 'page' then 'scanning' else 'processing' end,
       upload_id = case source when 'page' then $3::uuid else upload_id end,
       generation = generation + 1, attempt = 0, deaths = 0, lease_owner = null, lease_until = null,
       deadline_at = now() + interval '30 minutes', queued_at = now(), resent = 0,
       progress_stage = case source when 'page' then 'fetch' else 'extract' end, progress_done = 0, progress_total = 0,
       chunk_tokens = ${chunkSetting('chunk_tokens', 'chunk_tokens')},
       overlap_tokens = ${chunkSetting('overlap_tokens', 'overlap_tokens')},
       embedded_chunks = 0, embedding_model = null, recut_wanted = false, error_code = null, error_message = null
     where creator_id = $1 and id = $2 and deleted_at is null
       and (source = 'page' and status in ('ready', 'failed', 'rejected')
         or source = 'upload' and status in ('ready', 'failed') and library_upload_id = upload_id)
     returning id`,
    [creatorId, id, randomUUID()],
  );
  return rows.length > 0;
}
