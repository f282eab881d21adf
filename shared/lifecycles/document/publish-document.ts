import { recordAudit } from '../../database/audit.ts';
import type { Executor } from '../../database/executor.ts';
import type { PageStart } from '../../models/page-start.ts';
import { raiseKnowledgeVersion } from './raise-knowledge-version.ts';
import type { DocumentHold } from './report-progress.ts';

export interface NewChunk {
  /** `chunkId(documentId, generation, index)`; the vector has the same. */
  readonly id: string;
  readonly index: number;
  readonly text: string;
  /** Where the part that no earlier chunk holds begins. */
  readonly page: number | null;
  /** Where pages begin in `text`, the first at 0; empty for a document without pages. */
  readonly pageStarts: readonly PageStart[];
  readonly headingPath: readonly string[];
  readonly tokenCount: number;
}

export interface Publication {
  readonly chunks: readonly NewChunk[];
  readonly embeddingModel: string;
}

const ROWS_PER_INSERT = 500;

/**
 * Makes a generation the live one: its chunks come and the older ones go in the caller's one transaction, so that
 * readers see the old document or the new one, whole. False, with nothing written, when the hold was lost or the
 * generation is no longer the newest.
 */
export async function publishDocument(db: Executor, hold: DocumentHold, publication: Publication): Promise<boolean> {
  const { creatorId, documentId, generation } = hold;
  const rows = await db.query(
    `update documents set status = 'ready', live_generation = generation, chunk_count = $5, embedding_model = $6,
       lease_owner = null, lease_until = null, vectors_stale = generation > 1, progress_stage = 'done', progress_done = $5, progress_total = $5
     where creator_id = $1 and id = $2 and lease_owner = $3 and generation = $4 and deleted_at is null
       and status = 'processing'
     returning id`,
    [creatorId, documentId, hold.workerId, generation, publication.chunks.length, publication.embeddingModel],
  );
  if (rows.length === 0) return false;
  await db.query('delete from chunks where creator_id = $1 and document_id = $2', [creatorId, documentId]);
  for (let start = 0; start < publication.chunks.length; start += ROWS_PER_INSERT) {
    await insertChunks(db, hold, publication.chunks.slice(start, start + ROWS_PER_INSERT));
  }
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

async function insertChunks(db: Executor, hold: DocumentHold, chunks: readonly NewChunk[]): Promise<void> {
  const records = chunks.map((chunk) => ({
    id: chunk.id,
    chunk_index: chunk.index,
    text: chunk.text,
    page: chunk.page,
    page_starts: chunk.pageStarts,
    heading_path: chunk.headingPath,
    token_count: chunk.tokenCount,
  }));
  await db.query(
    `insert into chunks (creator_id, document_id, generation, id, chunk_index, text, page, page_starts,
       heading_path, token_count)
     select $1, $2, $3, r.id, r.chunk_index, r.text, r.page, r.page_starts, r.heading_path, r.token_count
     from jsonb_to_recordset($4::jsonb)
       as r (id uuid, chunk_index integer, text text, page integer, page_starts jsonb, heading_path text[], token_count integer)`,
    [hold.creatorId, hold.documentId, hold.generation, JSON.stringify(records)],
  );
}
