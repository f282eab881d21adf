import type { Executor } from '../../database/executor.ts';
import type { PageStart } from '../../models/page-start.ts';
import { forgetWords } from './chunk-words.ts';
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

const ROWS_PER_INSERT = 500;

/**
 * Stores chunks of the generation that is being made; nobody finds them until it is published. In a transaction that has
 * made sure of the hold. The same place again replaces.
 */
export async function storeChunks(db: Executor, hold: DocumentHold, chunks: readonly NewChunk[]): Promise<void> {
  for (let start = 0; start < chunks.length; start += ROWS_PER_INSERT) {
    await insertChunks(db, hold, chunks.slice(start, start + ROWS_PER_INSERT));
  }
}

/** Removes what was stored of generations that were not published. In the transaction that gives them up. */
export async function dropUnpublished(
  db: Executor,
  creatorId: string,
  id: string,
  liveGeneration: number | null,
): Promise<void> {
  await db.query(
    `delete from chunks where creator_id = $1 and document_id = $2 and ($3::integer is null or generation <> $3)`,
    [creatorId, id, liveGeneration],
  );
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
  const indexes = chunks.map((chunk) => chunk.index);
  await forgetWords(db, hold, indexes);
  await db.query(
    `insert into chunks (creator_id, document_id, generation, id, chunk_index, text, page, page_starts,
       heading_path, token_count)
     select $1, $2, $3, r.id, r.chunk_index, r.text, r.page, r.page_starts, r.heading_path, r.token_count
     from jsonb_to_recordset($4::jsonb)
       as r (id uuid, chunk_index integer, text text, page integer, page_starts jsonb, heading_path text[], token_count integer)
     on conflict (creator_id, id) do update set text = excluded.text, page = excluded.page,
       page_starts = excluded.page_starts, heading_path = excluded.heading_path, token_count = excluded.token_count`,
    [hold.creatorId, hold.documentId, hold.generation, JSON.stringify(records)],
  );
}
