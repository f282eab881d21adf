import * as z from 'zod';
import { recordAudit } from '../../database/audit.ts';
import type { Executor } from '../../database/executor.ts';

/** Vectors of one generation that may exist: indexes 0 to `reserved` − 1. */
export const VectorSet = z.object({ generation: z.number().int(), reserved: z.number().int() });
export type VectorSet = z.infer<typeof VectorSet>;

export interface Tombstone {
  readonly deletedAt: Date;
  readonly sets: readonly VectorSet[];
}

/**
 * What was deleted when, with every set of vectors it may have. Undefined when there is no tombstone, a worker still
 * holds the document, or a question from before the deletion is still being answered: that answer may hold its words.
 */
export async function readTombstone(db: Executor, creatorId: string, id: string): Promise<Tombstone | undefined> {
  const [found] = await db.query(
    `select d.deleted_at from documents d where d.creator_id = $1 and d.id = $2 and d.deleted_at is not null
       and (d.lease_until is null or d.lease_until <= now())
       and not exists (
         select from turns t where t.creator_id = $1 and t.created_at <= d.deleted_at
           and (t.status = 'open' or (not t.announced and t.updated_at > now() - interval '1 minute')))`,
    [creatorId, id],
  );
  if (found === undefined) return undefined;
  const rows = await db.query(
    'select generation, reserved from vector_sets where creator_id = $1 and document_id = $2',
    [creatorId, id],
  );
  return { deletedAt: z.date().parse(found.deleted_at), sets: rows.map((row) => VectorSet.parse(row)) };
}

/** Answers to requests that are kept for a repeat show titles and file names; a repeat of these finds nothing kept. */
export async function forgetRequests(db: Executor, creatorId: string, id: string): Promise<void> {
  await db.query("delete from idempotency_keys where creator_id = $1 and response::text like '%' || $2 || '%'", [
    creatorId,
    id,
  ]);
}

/** How many rows still name the document, once it should be gone. */
export async function countRowsNaming(db: Executor, creatorId: string, id: string): Promise<number> {
  const [row] = await db.query(
    `select (select count(*) from documents where creator_id = $1 and id = $2)
       + (select count(*) from chunks where creator_id = $1 and document_id = $2)
       + (select count(*) from chunk_words where creator_id = $1 and document_id = $2)
       + (select count(*) from vector_sets where creator_id = $1 and document_id = $2)
       + (select count(*) from messages where creator_id = $1
            and citations @> jsonb_build_array(jsonb_build_object('document_id', $2::text)))
       + (select count(*) from idempotency_keys where creator_id = $1 and response::text like '%' || $2::text || '%')
       as count`,
    [creatorId, id],
  );
  return Number(row?.count ?? 0);
}

/** What makes a set of `v` of the document `d` stale: it neither answers nor is being made. */
const STALE = `v.generation is distinct from d.live_generation
  and (v.generation < d.generation or d.status in ('failed', 'rejected'))`;

/** The sets of a document that neither answer nor are being made. */
export async function listStaleVectors(db: Executor, creatorId: string, id: string): Promise<VectorSet[]> {
  const rows = await db.query(
    `select v.generation, v.reserved from vector_sets v
     join documents d on d.creator_id = v.creator_id and d.id = v.document_id
     where v.creator_id = $1 and v.document_id = $2 and ${STALE}`,
    [creatorId, id],
  );
  return rows.map((row) => VectorSet.parse(row));
}

/** Tells the sweeper that nothing is left over, unless something has come up since. */
export async function markVectorsTidy(db: Executor, creatorId: string, id: string): Promise<void> {
  await db.query(
    `update documents d set vectors_stale = false
     where d.creator_id = $1 and d.id = $2 and d.vectors_stale
       and not exists (
         select from vector_sets v where v.creator_id = d.creator_id and v.document_id = d.id and ${STALE}
       )`,
    [creatorId, id],
  );
}

/** Whether a generation answers or may still come to: otherwise whoever stores vectors for it has to take them back. */
export async function isGenerationWanted(
  db: Executor,
  creatorId: string,
  id: string,
  generation: number,
): Promise<boolean> {
  const rows = await db.query(
    `select id from documents where creator_id = $1 and id = $2 and deleted_at is null
       and (live_generation = $3 or (generation = $3 and status in ('scanning', 'processing')))`,
    [creatorId, id, generation],
  );
  return rows.length > 0;
}

/** Whether a document still has this upload, or waits for it: otherwise whoever stores it has to take it back. */
export async function isUploadWanted(
  db: Executor,
  document: { readonly creatorId: string; readonly documentId: string },
  uploadId: string,
): Promise<boolean> {
  const rows = await db.query(
    `select id from documents where creator_id = $1 and id = $2 and deleted_at is null
       and (upload_id = $3 or library_upload_id = $3)`,
    [document.creatorId, document.documentId, uploadId],
  );
  return rows.length > 0;
}

/** The vectors of these generations are gone. */
export async function forgetVectors(
  db: Executor,
  creatorId: string,
  id: string,
  generations: readonly number[],
): Promise<void> {
  await db.query('delete from vector_sets where creator_id = $1 and document_id = $2 and generation = any($3)', [
    creatorId,
    id,
    generations,
  ]);
}

/** Removes the row once files and vectors are gone. False when it was removed before. */
export async function buryDocument(db: Executor, creatorId: string, id: string): Promise<boolean> {
  const rows = await db.query(
    'delete from documents where creator_id = $1 and id = $2 and deleted_at is not null returning id',
    [creatorId, id],
  );
  if (rows.length === 0) return false;
  await recordAudit(db, { creatorId, actor: 'system:ai-ingest', action: 'document.collected', subjectId: id });
  return true;
}
