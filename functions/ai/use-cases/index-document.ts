import { chunkId } from '../../../shared/lifecycles/document/chunk-id.ts';
import { readKnowledge, rememberCollection } from '../../../shared/lifecycles/document/knowledge.ts';
import { publishDocument } from '../../../shared/lifecycles/document/publish-document.ts';
import { reportEmbedded, reportProgress, reserveVectors } from '../../../shared/lifecycles/document/report-progress.ts';
import type { TextBlock } from '../../../shared/models/extraction.ts';
import { log } from '../../../shared/observability/logger.ts';
import type { Chunk } from './cut-chunks.ts';
import { cutChunks } from './cut-chunks.ts';
import { embedChunks } from './embed-chunks.ts';
import { LeaseLostError } from './hold-lease.ts';
import type { DocumentWork, IngestTools } from './process-document.ts';

/**
 * Makes chunks and vectors of a safe file while it is still being read, then publishes them in one transaction. A
 * retry skips what an earlier attempt has embedded with the same model into the same collection.
 *
 * @throws LeaseLostError as soon as a write shows that the document is no longer this worker's
 */
export async function indexDocument(
  tools: IngestTools,
  document: DocumentWork,
  blocks: AsyncIterable<TextBlock>,
): Promise<void> {
  const { row, hold, signal } = document;
  const { creatorId, documentId, generation } = hold;
  const model = tools.models.embeddingModel;
  const inTenant = async (write: (db: Parameters<typeof reportProgress>[0]) => Promise<boolean>) => {
    if (!(await tools.database.withTenant(creatorId, write))) throw new LeaseLostError();
  };

  const [collectionId, known] = await Promise.all([
    tools.vectors.ensureCollection(creatorId),
    tools.database.readAsTenant(creatorId, (db) => readKnowledge(db, creatorId)),
    inTenant((db) => reportProgress(db, hold, { stage: 'extract', done: 0, total: 0 })),
  ]);
  await tools.database.withTenant(creatorId, (db) => rememberCollection(db, creatorId, collectionId, model));
  const canResume = row.embedding_model === model && known.collectionId === collectionId;
  const from = canResume ? row.embedded_chunks : 0;

  const startedAt = performance.now();
  const limits = { chunkTokens: row.chunk_tokens, overlapTokens: row.overlap_tokens };
  const toVector = (chunk: Chunk, embedding: readonly number[]) => ({
    id: chunkId(documentId, generation, chunk.index),
    embedding,
    documentId,
    chunkIndex: chunk.index,
    creatorId,
    source: row.source,
    createdAt: row.created_at.toISOString(),
  });

  const chunks = await embedChunks(cutChunks(blocks, limits), from, {
    embed: (texts) => tools.models.embed([...texts], 'document', signal),
    reserve: (count) => inTenant((db) => reserveVectors(db, hold, count, model)),
    store: async (batch, vectors) => {
      signal.throwIfAborted();
      await tools.vectors.upsert(
        collectionId,
        batch.map((chunk, place) => toVector(chunk, vectors[place] ?? [])),
      );
    },
    onStored: (done, total) => inTenant((db) => reportEmbedded(db, hold, done, total)),
  });

  signal.throwIfAborted();
  const records = chunks.map((chunk) => ({ ...chunk, id: chunkId(documentId, generation, chunk.index) }));
  await inTenant((db) => publishDocument(db, hold, { chunks: records, embeddingModel: model }));
  log.info('document published', {
    document_id: documentId,
    generation,
    chunks: chunks.length,
    resumed_at: from,
    duration_ms: Math.round(performance.now() - startedAt),
  });
}
