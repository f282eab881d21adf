import { APIError } from '../../../../shared/errors/api-error.ts';
import { chunkId } from '../../../../shared/lifecycles/document/chunk-id.ts';
import {
  forgetVectors,
  listStaleVectors,
  markVectorsTidy,
  type VectorSet,
} from '../../../../shared/lifecycles/document/collect-document.ts';
import { readKnowledge } from '../../../../shared/lifecycles/document/knowledge.ts';
import type { IngestTools } from '../ingest/ingest-tools.ts';

type CollectingTools = Pick<IngestTools, 'database'> & { readonly vectors: Pick<IngestTools['vectors'], 'remove'> };

/** Removes the vectors of generations that neither answer nor are being made. Safe to repeat. */
export async function collectStaleVectors(
  tools: CollectingTools,
  creatorId: string,
  documentId: string,
): Promise<void> {
  const sets = await tools.database.readAsTenant(creatorId, (db) => listStaleVectors(db, creatorId, documentId));
  await removeVectorSets(tools, creatorId, documentId, sets);
  await tools.database.withTenant(creatorId, (db) => markVectorsTidy(db, creatorId, documentId));
}

export async function removeVectorSets(
  tools: CollectingTools,
  creatorId: string,
  documentId: string,
  sets: readonly VectorSet[],
): Promise<void> {
  if (sets.length === 0) return;
  const { collectionId } = await tools.database.readAsTenant(creatorId, (db) => readKnowledge(db, creatorId));
  if (collectionId !== undefined) {
    for (const { generation, reserved } of sets) {
      const ids = Array.from({ length: reserved }, (_, index) => chunkId(documentId, generation, index));
      await tools.vectors.remove(collectionId, ids).catch(unlessGone);
    }
  }
  const generations = sets.map((set) => set.generation);
  await tools.database.withTenant(creatorId, (db) => forgetVectors(db, creatorId, documentId, generations));
}

/** Where the collection is lost, nothing is left to remove. */
export function unlessGone(error: unknown): undefined {
  if (!(error instanceof APIError && error.code === 'NOT_FOUND')) throw error;
}
