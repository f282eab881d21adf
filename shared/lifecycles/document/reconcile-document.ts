import * as z from 'zod';
import type { Executor } from '../../database/executor.ts';

/** SQL: the model that made the vectors of the live generation, as far as it is known. `d` and `v` are in scope. */
const LIVE_MODEL = `coalesce(v.embedding_model, case when d.live_generation = d.generation then d.embedding_model end)`;

const LiveChunk = z.object({
  id: z.uuid(),
  document_id: z.uuid(),
  generation: z.number().int(),
  chunk_index: z.number().int(),
  text: z.string(),
  source: z.string(),
  document_created_at: z.date(),
  embedding_model: z.string().nullable(),
});
/** A passage that answers, with what its vector's record needs. */
export type LiveChunk = z.infer<typeof LiveChunk>;

/** A place in the walk over all live passages: behind this one. */
export interface ChunkPlace {
  readonly documentId: string;
  readonly index: number;
}

/** Passages of live generations, document after document, behind `after`. */
export async function listLiveChunks(
  db: Executor,
  creatorId: string,
  page: { readonly after: ChunkPlace | undefined; readonly limit: number },
): Promise<LiveChunk[]> {
  const rows = await db.query(
    `select c.id, c.document_id, c.generation, c.chunk_index, c.text, d.source, d.created_at as document_created_at,
       ${LIVE_MODEL} as embedding_model
     from chunks c
     join documents d on d.creator_id = c.creator_id and d.id = c.document_id
       and d.live_generation = c.generation and d.deleted_at is null
     left join vector_sets v on v.creator_id = c.creator_id and v.document_id = c.document_id
       and v.generation = c.generation
     where c.creator_id = $1 and ($2::uuid is null or (c.document_id, c.chunk_index) > ($2, $3::integer))
     order by c.document_id, c.chunk_index limit $4`,
    [creatorId, page.after?.documentId ?? null, page.after?.index ?? null, page.limit],
  );
  return rows.map((row) => LiveChunk.parse(row));
}

const VectorOwner = z.object({
  id: z.uuid(),
  generation: z.number().int(),
  live_generation: z.number().int().nullable(),
  chunk_count: z.number().int(),
  /** `generation` is being made. */
  is_open: z.boolean(),
});
export type VectorOwner = z.infer<typeof VectorOwner>;

/** Of these documents, those that exist, with the generations whose vectors are theirs to keep. */
export async function readVectorOwners(
  db: Executor,
  creatorId: string,
  documentIds: readonly string[],
): Promise<VectorOwner[]> {
  const rows = await db.query(
    `select id, generation, live_generation, chunk_count, status in ('scanning', 'processing') as is_open from documents
     where creator_id = $1 and id = any($2::uuid[]) and deleted_at is null`,
    [creatorId, documentIds],
  );
  return rows.map((row) => VectorOwner.parse(row));
}

/** Vectors of a generation are about to be stored anew: they will be found when they are to be removed. */
export async function reserveAgain(
  db: Executor,
  creatorId: string,
  set: { readonly documentId: string; readonly generation: number; readonly reserved: number },
): Promise<void> {
  await db.query(
    `insert into vector_sets (creator_id, document_id, generation, reserved)
     select d.creator_id, d.id, $3::integer, $4::integer from documents d where d.creator_id = $1 and d.id = $2
     on conflict (creator_id, document_id, generation)
     do update set reserved = greatest(vector_sets.reserved, excluded.reserved)`,
    [creatorId, set.documentId, set.generation, set.reserved],
  );
}

/** Every vector of this generation is of `model` now. */
export async function recordModel(
  db: Executor,
  creatorId: string,
  set: { readonly documentId: string; readonly generation: number; readonly model: string },
): Promise<void> {
  await db.query(
    `update vector_sets set embedding_model = $4
     where creator_id = $1 and document_id = $2 and generation = $3`,
    [creatorId, set.documentId, set.generation, set.model],
  );
}

/**
 * Every live passage has been walked: when all live generations are of `model`, questions may be asked of the vectors
 * again. @returns whether they may
 */
export async function settleModel(db: Executor, creatorId: string, model: string): Promise<boolean> {
  const rows = await db.query(
    `update knowledge k set embedding_model = $2
     where k.creator_id = $1 and not exists (
       select from documents d
       left join vector_sets v on v.creator_id = d.creator_id and v.document_id = d.id
         and v.generation = d.live_generation
       where d.creator_id = $1 and d.deleted_at is null and d.chunk_count > 0 and d.live_generation is not null
         and ${LIVE_MODEL} is distinct from $2)
     returning k.creator_id`,
    [creatorId, model],
  );
  return rows.length > 0;
}

const KeptOriginal = z.object({ id: z.uuid(), library_upload_id: z.uuid() });

/** Documents whose original should lie in the library, in the order of their ids, behind `after`. */
export async function listKeptOriginals(
  db: Executor,
  creatorId: string,
  page: { readonly after: string | undefined; readonly limit: number },
): Promise<{ readonly documentId: string; readonly uploadId: string }[]> {
  const rows = await db.query(
    `select id, library_upload_id from documents
     where creator_id = $1 and deleted_at is null and library_upload_id is not null
       and ($2::uuid is null or id > $2)
     order by id limit $3`,
    [creatorId, page.after ?? null, page.limit],
  );
  return rows.map((row) => {
    const { id, library_upload_id } = KeptOriginal.parse(row);
    return { documentId: id, uploadId: library_upload_id };
  });
}

const FileOwner = z.object({ id: z.uuid(), upload_id: z.uuid(), library_upload_id: z.uuid().nullable() });

/** The uploads that a document of these has in the library or may be storing now; tombstones are the collector's. */
export async function readFileOwners(
  db: Executor,
  creatorId: string,
  documentIds: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await db.query(
    'select id, upload_id, library_upload_id from documents where creator_id = $1 and id = any($2::uuid[])',
    [creatorId, documentIds],
  );
  const owners = rows.map((row) => FileOwner.parse(row));
  return new Map(
    owners.map((owner) => [owner.id, [owner.upload_id, owner.library_upload_id].filter((id) => id !== null)]),
  );
}
