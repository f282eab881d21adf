import { recordAudit } from '../../database/audit.ts';
import type { Executor } from '../../database/executor.ts';
import { type NewChunk, storeChunks } from './chunk-rows.ts';
import { storeWords } from './chunk-words.ts';
import { raiseKnowledgeVersion } from './raise-knowledge-version.ts';
import type { DocumentHold } from './report-progress.ts';

export interface Publication {
  readonly chunks: readonly NewChunk[];
  readonly embeddingModel: string;
  /** Whether `storeChunks` has stored all of them under this very hold; else they are stored now. */
  readonly areStored?: boolean;
  /** Pages of the file that are in none of the chunks. */
  readonly unreadablePages?: number;
}

/**
 * Makes a generation the live one: its chunks come and the older ones go in the caller's one transaction, so that
 * readers see the old document or the new one, whole. False, with nothing written, when the hold was lost or the
 * generation is no longer the newest.
 */
export async function publishDocument(db: Executor, hold: DocumentHold, publication: Publication): Promise<boolean> {
  const { creatorId, documentId, generation } = hold;
  const rows = await db.query(
    `update documents set status = 'ready', live_generation = generation, words_generation = generation,
       chunk_count = $5, embedding_model = $6, unreadable_pages = $7, vectors_stale = generation > 1,
       lease_owner = null, lease_until = null, progress_stage = 'done', progress_done = $5, progress_total = $5
     where creator_id = $1 and id = $2 and lease_owner = $3 and generation = $4 and deleted_at is null
       and status = 'processing'
     returning id`,
    [
      creatorId,
      documentId,
      hold.workerId,
      generation,
      publication.chunks.length,
      publication.embeddingModel,
      publication.unreadablePages ?? 0,
    ],
  );
  if (rows.length === 0) return false;
  if (publication.areStored) await keepOnly(db, hold, publication.chunks.length);
  else {
    await db.query('delete from chunks where creator_id = $1 and document_id = $2', [creatorId, documentId]);
    await storeChunks(db, hold, publication.chunks);
  }
  await storeWords(db, hold, 0, publication.chunks.length);
  await raiseKnowledgeVersion(db, creatorId);
  await recordAudit(db, {
    creatorId,
    actor: 'system:ai-ingest',
    action: 'document.published',
    subjectId: documentId,
    fields: ['live_generation'],
  });
  return true;
}

/** @throws Error, so that nothing is published, when it is not so many that are left */
async function keepOnly(
  db: Executor,
  { creatorId, documentId, generation }: DocumentHold,
  count: number,
): Promise<void> {
  await db.query(
    `delete from chunks where creator_id = $1 and document_id = $2 and (generation <> $3 or chunk_index >= $4)`,
    [creatorId, documentId, generation, count],
  );
  const [row] = await db.query(
    'select count(*) as count from chunks where creator_id = $1 and document_id = $2 and generation = $3',
    [creatorId, documentId, generation],
  );
  if (Number(row?.count) !== count) throw new Error(`${row?.count} of ${count} chunks are stored`);
}
