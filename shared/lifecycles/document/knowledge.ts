import * as z from 'zod';
import type { Executor } from '../../database/executor.ts';

const Knowledge = z.object({
  collection_id: z.uuid().nullable(),
  embedding_model: z.string().nullable(),
  version: z.coerce.number().int(),
});

/** Where a creator's vectors lie, and which state of the material is live. */
export interface Knowledge {
  /** The creator's vector collection; undefined until the first document is read. */
  readonly collectionId: string | undefined;
  /** The model that every live vector was made with; undefined while they are not whole. */
  readonly embeddingModel: string | undefined;
  /** Rises with every change of what is live; 0 while there is nothing. */
  readonly version: number;
}

/** What is known of a creator's vectors, and the version of what is live; one statement. */
export async function readKnowledge(db: Executor, creatorId: string): Promise<Knowledge> {
  const rows = await db.query('select collection_id, embedding_model, version from knowledge where creator_id = $1', [
    creatorId,
  ]);
  if (rows[0] === undefined) return { collectionId: undefined, embeddingModel: undefined, version: 0 };
  const row = Knowledge.parse(rows[0]);
  return {
    collectionId: row.collection_id ?? undefined,
    embeddingModel: row.embedding_model ?? undefined,
    version: row.version,
  };
}

/**
 * Remembers where the creator's vectors lie, so that reads need not ask the index by name. Where documents answer
 * already, neither another collection nor another model makes their vectors whole: the model that questions may be
 * asked with then stays as it was, or is unknown, until a reconciliation has settled it.
 *
 * @returns whether the collection is another than before, so that vectors are missing from it
 */
export async function rememberCollection(
  db: Executor,
  creatorId: string,
  collectionId: string,
  embeddingModel: string,
): Promise<boolean> {
  const [before] = await db.query('select collection_id from knowledge where creator_id = $1', [creatorId]);
  await db.query(
    `insert into knowledge (creator_id, collection_id, embedding_model) values ($1, $2, $3)
     on conflict (creator_id) do update set collection_id = excluded.collection_id,
       embedding_model = case
         when not exists (
           select from documents d where d.creator_id = $1 and d.live_generation is not null and d.deleted_at is null
         ) then excluded.embedding_model
         when knowledge.collection_id = excluded.collection_id then knowledge.embedding_model
       end
     where knowledge.collection_id is distinct from excluded.collection_id
       or knowledge.embedding_model is distinct from excluded.embedding_model`,
    [creatorId, collectionId, embeddingModel],
  );
  return typeof before?.collection_id === 'string' && before.collection_id !== collectionId;
}
