import type { Executor } from '../../database/executor.ts';

/** Names one worker's hold of one generation; every write of a worker is bound to it. */
export interface DocumentHold {
  readonly creatorId: string;
  readonly documentId: string;
  readonly workerId: string;
  readonly generation: number;
}

export interface DocumentProgress {
  readonly stage: 'scan' | 'extract' | 'embed' | 'publish';
  readonly done: number;
  /** 0 while it is not known. */
  readonly total: number;
}

const HELD = `creator_id = $1 and id = $2 and lease_owner = $3 and generation = $4 and deleted_at is null`;

/** False when the hold was lost. */
export async function reportProgress(db: Executor, hold: DocumentHold, progress: DocumentProgress): Promise<boolean> {
  const rows = await db.query(
    `update documents set progress_stage = $5, progress_done = $6, progress_total = $7 where ${HELD} returning id`,
    [hold.creatorId, hold.documentId, hold.workerId, hold.generation, progress.stage, progress.done, progress.total],
  );
  return rows.length > 0;
}

/** The scan found nothing and the original lies in the library: reading may begin. False when the hold was lost. */
export async function approveUpload(db: Executor, hold: DocumentHold): Promise<boolean> {
  const rows = await db.query(
    `update documents set status = 'processing', library_upload_id = upload_id, progress_stage = 'extract',
       progress_done = 0, progress_total = 0
     where ${HELD} and status = 'scanning' returning id`,
    [hold.creatorId, hold.documentId, hold.workerId, hold.generation],
  );
  return rows.length > 0;
}

/**
 * Announces vectors before they are stored: all with an index below `reserved` may exist from now on, and will be
 * found again when they are to be removed. False when the hold was lost.
 */
export async function reserveVectors(
  db: Executor,
  hold: DocumentHold,
  reserved: number,
  embeddingModel: string,
): Promise<boolean> {
  const rows = await db.query(
    `update documents set embedded_chunks = case when embedding_model = $5 then embedded_chunks else 0 end,
       embedding_model = $5
     where ${HELD} and status = 'processing' returning id`,
    [hold.creatorId, hold.documentId, hold.workerId, hold.generation, embeddingModel],
  );
  if (rows.length === 0) return false;
  await db.query(
    `insert into vector_sets (creator_id, document_id, generation, reserved, embedding_model)
     values ($1, $2, $3, $4, $5)
     on conflict (creator_id, document_id, generation)
     do update set reserved = greatest(vector_sets.reserved, excluded.reserved),
       embedding_model = excluded.embedding_model`,
    [hold.creatorId, hold.documentId, hold.generation, reserved, embeddingModel],
  );
  return true;
}

/**
 * The first `embedded` chunks have their vectors: a retry goes on here. `progress` is what the creator sees meanwhile.
 * False when the hold was lost.
 */
export async function reportEmbedded(
  db: Executor,
  hold: DocumentHold,
  embedded: number,
  progress: DocumentProgress,
): Promise<boolean> {
  const { stage, done, total } = progress;
  const rows = await db.query(
    `update documents set progress_stage = $6, progress_done = $7, progress_total = $8,
       deaths = case when $5 > embedded_chunks then 0 else deaths end,
       embedded_chunks = greatest(embedded_chunks, $5)
     where ${HELD} and status = 'processing' returning id`,
    [hold.creatorId, hold.documentId, hold.workerId, hold.generation, embedded, stage, done, total],
  );
  return rows.length > 0;
}
