import * as z from 'zod';
import { chunkId } from '../../../../shared/lifecycles/document/chunk-id.ts';
import {
  type LiveChunk,
  listLiveChunks,
  readVectorOwners,
  recordModel,
  reserveAgain,
  type VectorOwner,
} from '../../../../shared/lifecycles/document/reconcile-document.ts';
import { log } from '../../../../shared/observability/logger.ts';
import type { StoredVector } from '../../gateways/chroma.ts';
import { restoreAnswers } from './reconcile-answers.ts';
import type { ReconcileTools, StepPage, StepWork } from './reconcile-knowledge.ts';

const CHUNKS_PER_PAGE = 64;
const EMBEDDED_AT_ONCE = 16;
const VECTORS_PER_PAGE = 500;
/** Vectors of other sources have other owners, and are theirs to keep. */
const DOCUMENT_SOURCES: ReadonlySet<string> = new Set(['upload', 'page']);

/** Where the walk over the passages stands, and which document is being made anew under which model. */
const Place = z.object({
  documentId: z.uuid(),
  index: z.number().int(),
  generation: z.number().int(),
  model: z.string(),
});
type Place = z.output<typeof Place>;

/** Makes the vectors again that are missing or of another model, under the ids they have always had. */
export async function restoreVectors(tools: ReconcileTools, work: StepWork): Promise<StepPage> {
  const { creatorId, collectionId } = work;
  if (collectionId === undefined) return { next: undefined, found: {} };
  const model = tools.models.embeddingModel;
  const after = readPlace(work.position, model);
  const chunks = await tools.database.readAsTenant(creatorId, (db) =>
    listLiveChunks(db, creatorId, { after, limit: CHUNKS_PER_PAGE }),
  );
  const stored = await tools.vectors.existing(
    collectionId,
    chunks.map((chunk) => chunk.id),
  );
  const wanting = chunks.filter((chunk) => chunk.embedding_model !== model || !stored.has(chunk.id));
  for (let start = 0; start < wanting.length; start += EMBEDDED_AT_ONCE) {
    await storeAgain(tools, work, collectionId, wanting.slice(start, start + EMBEDDED_AT_ONCE));
  }
  const last = chunks.at(-1);
  if (wanting.length > 0 || last === undefined) await tools.vectors.flush(collectionId);
  await recordFinishedDocuments(tools, creatorId, after, chunks);
  const answers = last ? 0 : await restoreAnswers(tools, creatorId, collectionId);
  const next = last && { documentId: last.document_id, index: last.chunk_index, generation: last.generation, model };
  return {
    next: next && JSON.stringify(next satisfies Place),
    found: { passages: chunks.length, restored: wanting.length + answers },
  };
}

/** A place that was reached with another model is none: what lies before it is of that other model. */
function readPlace(position: string | undefined, model: string): Place | undefined {
  if (position === undefined) return undefined;
  const place = Place.parse(JSON.parse(position));
  return place.model === model ? place : undefined;
}

async function storeAgain(
  tools: ReconcileTools,
  { creatorId, signal }: StepWork,
  collectionId: string,
  chunks: readonly LiveChunk[],
): Promise<void> {
  const vectors = await tools.models.embed(
    chunks.map((chunk) => chunk.text),
    'document',
    signal,
  );
  await tools.database.withTenant(creatorId, async (db) => {
    for (const { document_id: documentId, generation, chunk_index } of chunks) {
      await reserveAgain(db, creatorId, { documentId, generation, reserved: chunk_index + 1 });
    }
  });
  const records = chunks.map((chunk, place) => ({
    id: chunk.id,
    embedding: vectors[place] ?? [],
    documentId: chunk.document_id,
    chunkIndex: chunk.chunk_index,
    creatorId,
    source: chunk.source,
    createdAt: chunk.document_created_at.toISOString(),
  }));
  await tools.vectors.upsert(collectionId, records);
  // What was replaced or deleted meanwhile has been collected already, and would not be again.
  const owned = await ownedOf(tools, creatorId, records);
  const late = records.filter((record) => !owned.has(record.id)).map((record) => record.id);
  if (late.length > 0) await tools.vectors.remove(collectionId, late);
}

/** The walk goes document by document: whichever it has left behind is of the present model from first to last. */
async function recordFinishedDocuments(
  tools: ReconcileTools,
  creatorId: string,
  before: Place | undefined,
  chunks: readonly LiveChunk[],
): Promise<void> {
  const places = chunks.map((chunk) => ({ documentId: chunk.document_id, generation: chunk.generation }));
  const walked = before ? [before, ...places] : places;
  // A page with nothing on it is the walk's end; else its last document may have more.
  const left = chunks.length === 0 ? walked : walked.filter((set) => set.documentId !== places.at(-1)?.documentId);
  const finished = new Map(left.map((set) => [set.documentId, set]));
  if (finished.size === 0) return;
  const model = tools.models.embeddingModel;
  await tools.database.withTenant(creatorId, async (db) => {
    for (const { documentId, generation } of finished.values()) {
      await recordModel(db, creatorId, { documentId, generation, model });
    }
  });
}

/** Removes vectors that belong to no generation which answers or is being made. */
export async function removeStrayVectors(tools: ReconcileTools, work: StepWork): Promise<StepPage> {
  const { creatorId, collectionId } = work;
  if (collectionId === undefined) return { next: undefined, found: {} };
  const offset = Number(work.position ?? 0);
  const page = await tools.vectors.list(collectionId, { offset, limit: VECTORS_PER_PAGE });
  const foreign = page.filter((vector) => vector.creatorId !== creatorId);
  if (foreign.length > 0) log.security('foreign_vectors_removed', { count: foreign.length });
  const owned = await ownedOf(tools, creatorId, page);
  const strays = page.filter(
    (vector) => vector.creatorId !== creatorId || (DOCUMENT_SOURCES.has(vector.source) && !owned.has(vector.id)),
  );
  if (strays.length > 0) {
    await tools.vectors.remove(
      collectionId,
      strays.map((vector) => vector.id),
    );
  }
  const next = page.length === VECTORS_PER_PAGE ? String(offset + page.length - strays.length) : undefined;
  return { next, found: { strays: strays.length } };
}

/** Asked after the vectors were seen: what nobody owns then was given up before, and never comes back. */
async function ownedOf(
  tools: ReconcileTools,
  creatorId: string,
  vectors: readonly Pick<StoredVector, 'id' | 'documentId' | 'chunkIndex'>[],
): Promise<ReadonlySet<string>> {
  const uuids = [...new Set(vectors.map((vector) => vector.documentId))].filter((id) => z.uuid().safeParse(id).success);
  if (uuids.length === 0) return new Set();
  const owners = await tools.database.readAsTenant(creatorId, (db) => readVectorOwners(db, creatorId, uuids));
  const byId = new Map(owners.map((owner) => [owner.id, owner]));
  const owned = vectors.filter((vector) => {
    const owner = byId.get(vector.documentId);
    return owner !== undefined && idsAt(owner, vector.chunkIndex).includes(vector.id);
  });
  return new Set(owned.map((vector) => vector.id));
}

function idsAt(owner: VectorOwner, index: number): string[] {
  const ids: string[] = [];
  if (owner.live_generation !== null && index < owner.chunk_count)
    ids.push(chunkId(owner.id, owner.live_generation, index));
  if (owner.is_open) ids.push(chunkId(owner.id, owner.generation, index));
  return ids;
}
