import { APIError } from '../../../../shared/errors/api-error.ts';
import type { Knowledge } from '../../../../shared/lifecycles/document/knowledge.ts';
import { log } from '../../../../shared/observability/logger.ts';
import type { Passage } from '../../repositories/passage.ts';
import { findNearestLive, type VectorFindings } from './find-nearest-live.ts';
import type { RetrievalRequest, RetrieveDependencies } from './retrieve-passages.ts';

/**
 * The passages nearest to the question; undefined when vectors cannot take part. A collection that is gone is asked for
 * anew.
 *
 * @throws the reason of the request's signal once it is aborted
 */
export async function searchByVector(
  deps: RetrieveDependencies,
  request: RetrievalRequest,
  knowledge: Knowledge,
  embedding: Promise<number[][]>,
  byText: readonly Passage[],
): Promise<VectorFindings | undefined> {
  const { collectionId, embeddingModel } = knowledge;
  if (collectionId === undefined) return { passages: [], similarity: undefined, nearness: new Map() };
  if (embeddingModel !== deps.ollama.embeddingModel) {
    log.warn('vectors are of another model; full text alone answers', { embedding_model: embeddingModel });
    return undefined;
  }
  try {
    const [[vector]] = await Promise.all([embedding, deps.vectors.open(collectionId)]);
    if (!vector) throw new Error('no vector for the query');
    return await findNearestLive(deps, request, collectionId, vector, byText);
  } catch (error) {
    if (request.signal?.aborted) throw request.signal.reason;
    log.error('vector search failed; full text alone answers', error);
    if (error instanceof APIError && error.code === 'NOT_FOUND') {
      const { creatorId } = request;
      await deps.database
        .withTenant(creatorId, (db) => deps.restoreVectors?.(db, creatorId) ?? Promise.resolve())
        .catch((cause: unknown) => log.error('lost vectors wait for the daily comparison', cause));
    }
    return undefined;
  }
}
