import { log } from '../../../../shared/observability/logger.ts';
import type { VectorHit } from '../../gateways/chroma.ts';
import type { Passage } from '../../repositories/passage.ts';
import type { RetrievalRequest, RetrieveDependencies } from './retrieve-passages.ts';

export interface VectorFindings {
  readonly passages: readonly Passage[];
  readonly similarity: number | undefined;
  /** Cosine by chunk. */
  readonly nearness: ReadonlyMap<string, number>;
}

/** Chroma is asked for this many times what is wanted: old generations and duplicates fall away afterwards. */
const SPARE = 3;
/** How often it is asked for twice as many before the live ones found so far must do. */
const MAX_ROUNDS = 4;

/** Asks for more until enough of the hits are live, or the collection has no more. */
export async function findNearestLive(
  deps: RetrieveDependencies,
  { creatorId, count }: RetrievalRequest,
  collectionId: string,
  vector: readonly number[],
  byText: readonly Passage[],
): Promise<VectorFindings> {
  const byId = new Map(byText.map((passage) => [passage.chunkId, passage]));
  for (let round = 1, asked = count * SPARE; ; round += 1, asked *= 2) {
    const hits = await deps.vectors.query(collectionId, vector, asked);
    const own = ownHits(hits, creatorId);
    const unknown = own.map((hit) => hit.id).filter((id) => !byId.has(id));
    if (unknown.length > 0) {
      const loaded = await deps.database.readAsTenant(creatorId, (db) => deps.passages(db, creatorId).load(unknown));
      for (const passage of loaded) byId.set(passage.chunkId, passage);
    }
    const nearest = own.filter((hit) => byId.has(hit.id));
    if (nearest.length < count && hits.length === asked && round < MAX_ROUNDS) continue;
    return {
      passages: nearest.flatMap((hit) => byId.get(hit.id) ?? []),
      similarity: nearest[0] === undefined ? undefined : 1 - nearest[0].distance,
      nearness: new Map(nearest.map((hit) => [hit.id, 1 - hit.distance])),
    };
  }
}

function ownHits(hits: readonly VectorHit[], creatorId: string): VectorHit[] {
  const own = hits.filter((hit) => hit.creatorId === creatorId);
  if (own.length < hits.length) log.security('foreign_vector_dropped', { count: hits.length - own.length });
  return own;
}
