import type { Executor } from '../../../shared/database/executor.ts';
import type { TenantDatabase } from '../../../shared/database/tenant-database.ts';
import { type Knowledge, readKnowledge } from '../../../shared/lifecycles/document/knowledge.ts';
import { log } from '../../../shared/observability/logger.ts';
import type { VectorHit, VectorIndex } from '../gateways/chroma.ts';
import type { OllamaGateway } from '../gateways/ollama.ts';
import type { AnswerSettings } from '../repositories/answer-settings.ts';
import type { Passage, PassagesTable } from '../repositories/passages.ts';
import { dropNearDuplicates } from './drop-near-duplicates.ts';
import { fuseRanks } from './fuse-ranks.ts';
import { rankByWords } from './rank-by-words.ts';
import type { RetrievalQuery } from './widen-query.ts';

export interface RetrieveDependencies {
  readonly database: TenantDatabase;
  readonly ollama: Pick<OllamaGateway, 'embed' | 'embeddingModel'>;
  readonly vectors: Pick<VectorIndex, 'query'>;
  readonly passages: (db: Executor, creatorId: string) => PassagesTable;
  readonly readSettings: (db: Executor, creatorId: string) => Promise<AnswerSettings>;
}

export interface RetrievalRequest {
  readonly creatorId: string;
  readonly query: RetrievalQuery;
  readonly count: number;
  readonly signal?: AbortSignal | undefined;
}

export interface FoundPassage extends Passage {
  /** 0 to 1, comparable within one retrieval. */
  readonly score: number;
}

export interface Retrieval {
  /** Best first. */
  readonly passages: readonly FoundPassage[];
  /** Cosine of the nearest live vector, −1 to 1; undefined when vectors took no part. */
  readonly similarity: number | undefined;
  /** Whether vectors and full text both took part. */
  readonly complete: boolean;
  readonly knowledgeVersion: number;
  readonly settings: AnswerSettings;
  readonly timingMs: { readonly embedding: number; readonly vectors: number; readonly text: number };
}

/** Chroma is asked for this many times what is wanted: old generations and duplicates fall away afterwards. */
const SPARE = 3;
/** How often it is asked for twice as many before the live ones found so far must do. */
const MAX_ROUNDS = 4;

/**
 * Passages for a question, from vectors and full text side by side. What an index says is a hint only: creator and
 * live generation are checked, and every text comes from Postgres under row level security. Without Ollama or Chroma
 * the full text alone answers, and says so.
 */
export async function retrievePassages(deps: RetrieveDependencies, request: RetrievalRequest): Promise<Retrieval> {
  const { creatorId, query, count } = request;
  const startedAt = performance.now();
  const since = () => Math.round(performance.now() - startedAt);
  const timingMs = { embedding: 0, vectors: 0, text: 0 };

  const embedding = deps.ollama.embed([query.text], 'query', request.signal).finally(() => {
    timingMs.embedding = since();
  });
  embedding.catch(() => {}); // Judged below, unless there is nothing to search.
  const [knowledge, byText, settings] = await deps.database.readAsTenant(creatorId, (db) =>
    Promise.all([
      readKnowledge(db, creatorId),
      deps.passages(db, creatorId).search(query.prefixes, count * 2),
      deps.readSettings(db, creatorId),
    ]),
  );
  timingMs.text = since();

  const byVector = await findByVector(deps, request, knowledge, embedding, byText);
  timingMs.vectors = Math.max(0, since() - timingMs.embedding);

  const known = new Map([...byText, ...(byVector?.passages ?? [])].map((passage) => [passage.chunkId, passage]));
  const fused = fuseRanks([
    byText.map((passage) => passage.chunkId),
    byVector?.passages.map((passage) => passage.chunkId) ?? [],
    rankByWords([...known.values()], query.weights).map(({ passage }) => passage.chunkId),
  ]);
  const ranked = fused.flatMap(({ id, score }) => {
    const passage = known.get(id);
    return passage ? [{ ...passage, score }] : [];
  });
  return {
    passages: dropNearDuplicates(ranked, count),
    similarity: byVector?.similarity,
    complete: byVector !== undefined,
    knowledgeVersion: knowledge.version,
    settings,
    timingMs,
  };
}

interface VectorFindings {
  readonly passages: readonly Passage[];
  readonly similarity: number | undefined;
}

async function findByVector(
  deps: RetrieveDependencies,
  request: RetrievalRequest,
  knowledge: Knowledge,
  embedding: Promise<number[][]>,
  byText: readonly Passage[],
): Promise<VectorFindings | undefined> {
  const { collectionId, embeddingModel } = knowledge;
  if (collectionId === undefined) return { passages: [], similarity: undefined };
  if (embeddingModel !== deps.ollama.embeddingModel) {
    log.warn('vectors are of another model; full text alone answers', { embedding_model: embeddingModel });
    return undefined;
  }
  try {
    const [vector] = await embedding;
    if (!vector) throw new Error('no vector for the query');
    return await nearestLive(deps, request, collectionId, vector, byText);
  } catch (error) {
    if (request.signal?.aborted) throw request.signal.reason;
    log.error('vector search failed; full text alone answers', error);
    return undefined;
  }
}

/** Asks for more until enough of the hits are live, or the collection has no more. */
async function nearestLive(
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
    };
  }
}

function ownHits(hits: readonly VectorHit[], creatorId: string): VectorHit[] {
  const own = hits.filter((hit) => hit.creatorId === creatorId);
  if (own.length < hits.length) log.security('foreign_vector_dropped', { count: hits.length - own.length });
  return own;
}
