import type { Executor } from '../../../../shared/database/executor.ts';
import type { TenantDatabase } from '../../../../shared/database/tenant-database.ts';
import { ranOutOfTime } from '../../../../shared/errors/database-unavailable-error.ts';
import { type Knowledge, readKnowledge } from '../../../../shared/lifecycles/document/knowledge.ts';
import { log } from '../../../../shared/observability/logger.ts';
import type { VectorIndex } from '../../gateways/chroma.ts';
import type { OllamaGateway } from '../../gateways/ollama.ts';
import type { AnswerSettings } from '../../repositories/answer-settings.ts';
import type { Passage } from '../../repositories/passage.ts';
import type { PassagesTable, WordFindings } from '../../repositories/passages.ts';
import { bestByWords } from './best-by-words.ts';
import { dropNearDuplicates } from './drop-near-duplicates.ts';
import type { VectorFindings } from './find-nearest-live.ts';
import { fuseRanks } from './fuse-ranks.ts';
import { preferCurated } from './prefer-curated.ts';
import { rankByWords } from './rank-by-words.ts';
import { searchByVector } from './search-by-vector.ts';
import type { RetrievalQuery } from './widen-query.ts';

export interface RetrieveDependencies {
  readonly database: TenantDatabase;
  readonly ollama: Pick<OllamaGateway, 'embed' | 'embeddingModel'>;
  readonly vectors: Pick<VectorIndex, 'open' | 'query'>;
  readonly passages: (db: Executor, creatorId: string) => PassagesTable;
  readonly readSettings: (db: Executor, creatorId: string) => Promise<AnswerSettings>;
  /** So long a question's vector is waited for; then full text alone answers. */
  readonly embeddingTimeoutMs?: number;
  /** Asks for the creator's vectors to be made anew: their collection is gone. */
  readonly restoreVectors?: (db: Executor, creatorId: string) => Promise<void>;
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
  /** A curated answer to the very question that was asked. */
  readonly settles?: boolean;
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

/** Loading the embedding model included. */
const EMBEDDING_TIMEOUT_MS = 10_000;

/**
 * Passages for a question, from vectors and full text side by side. What an index says is a hint only: creator and
 * live generation are checked, and every text comes from Postgres under row level security. Without Ollama or Chroma
 * the full text alone answers; where that takes longer than a statement may, the vectors alone do. Both say so.
 *
 * @throws what Postgres says; its time limit only where there are no vectors either
 */
export async function retrievePassages(deps: RetrieveDependencies, request: RetrievalRequest): Promise<Retrieval> {
  const { creatorId, query, count } = request;
  const limit = count * 2;
  const startedAt = performance.now();
  const since = () => Math.round(performance.now() - startedAt);
  const timingMs = { embedding: 0, vectors: 0, text: 0 };

  const embedding = embedQuestion(deps, request).finally(() => {
    timingMs.embedding = since();
  });
  embedding.catch(() => {}); // Judged below, unless there is nothing to search.
  const { knowledge, found, settings, tookTooLong } = await readKnown(deps, request, limit);
  const byText = await bestByWords(deps, creatorId, found, limit);
  timingMs.text = since();

  const byVector = await searchByVector(deps, request, knowledge, embedding, byText);
  if (tookTooLong && !byVector) throw tookTooLong;
  timingMs.vectors = Math.max(0, since() - timingMs.embedding);

  const ranked = rankTogether(query, byText, byVector);
  return {
    passages: dropNearDuplicates(preferCurated(ranked, query, byVector?.nearness ?? new Map()), count),
    similarity: byVector?.similarity,
    complete: byVector !== undefined && tookTooLong === undefined,
    knowledgeVersion: knowledge.version,
    settings,
    timingMs,
  };
}

function embedQuestion(deps: RetrieveDependencies, { query, signal }: RetrievalRequest): Promise<number[][]> {
  const late = AbortSignal.timeout(deps.embeddingTimeoutMs ?? EMBEDDING_TIMEOUT_MS);
  return deps.ollama.embed([query.text], 'query', signal ? AbortSignal.any([signal, late]) : late);
}

interface Known {
  readonly knowledge: Knowledge;
  readonly found: WordFindings;
  readonly settings: AnswerSettings;
  /** What the search by words ended with, if it took too long: then it found nothing. */
  readonly tookTooLong: unknown;
}

/** What Postgres has to say, in one transaction; in a second one without the words, where they took too long. */
async function readKnown(
  { database, passages, readSettings }: RetrieveDependencies,
  { creatorId, query }: RetrievalRequest,
  limit: number,
): Promise<Known> {
  const read = (prefixes: readonly string[]) =>
    database.readAsTenant(creatorId, (db) =>
      Promise.all([
        readKnowledge(db, creatorId),
        passages(db, creatorId).search(prefixes, limit, query.said),
        readSettings(db, creatorId),
      ]),
    );
  let tookTooLong: unknown;
  const [knowledge, found, settings] = await read(query.prefixes).catch((error: unknown) => {
    if (!ranOutOfTime(error)) throw error;
    tookTooLong = error;
    log.warn('full text search took too long; vectors alone answer');
    return read([]);
  });
  return { knowledge, found, settings, tookTooLong };
}

/** Every passage that either search found, best first. */
function rankTogether(
  { weights }: RetrievalQuery,
  byText: readonly Passage[],
  byVector: VectorFindings | undefined,
): FoundPassage[] {
  const known = new Map([...byText, ...(byVector?.passages ?? [])].map((passage) => [passage.chunkId, passage]));
  const fused = fuseRanks([
    byText.map((passage) => passage.chunkId),
    byVector?.passages.map((passage) => passage.chunkId) ?? [],
    rankByWords([...known.values()], weights).map(({ passage }) => passage.chunkId),
  ]);
  return fused.flatMap(({ id, score }) => {
    const passage = known.get(id);
    return passage ? [{ ...passage, score }] : [];
  });
}
