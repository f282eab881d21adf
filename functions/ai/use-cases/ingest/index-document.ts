import { readKnowledge, rememberCollection } from '../../../../shared/lifecycles/document/knowledge.ts';
import { publishDocument } from '../../../../shared/lifecycles/document/publish-document.ts';
import { reportProgress } from '../../../../shared/lifecycles/document/report-progress.ts';
import type { TextBlock } from '../../../../shared/models/extraction.ts';
import { log } from '../../../../shared/observability/logger.ts';
import { cutChunks } from './cut-chunks.ts';
import { embedDocument } from './embed-document.ts';
import type { DocumentWork, IngestTools } from './ingest-tools.ts';
import type { ReadingProgress } from './reading-progress.ts';
import { tellWhileReading } from './tell-while-reading.ts';
import { whileHeld } from './while-held.ts';

const TELL_EVERY_MS = 1_000;

/**
 * Makes chunks and vectors of a safe file while it is still being read, and stores both where nobody finds them yet; then
 * one transaction publishes them. A retry skips what an earlier attempt has embedded with the same model into the same
 * collection.
 *
 * @throws LeaseLostError as soon as a write shows that the document is no longer this worker's
 */
export async function indexDocument(
  tools: IngestTools,
  document: DocumentWork,
  blocks: AsyncIterable<TextBlock>,
  progress: ReadingProgress,
): Promise<void> {
  const { row, hold, signal } = document;
  const { creatorId, documentId, generation } = hold;
  const model = tools.models.embeddingModel;
  const inTenant = whileHeld(tools, hold);
  const [collectionId, known] = await Promise.all([
    tools.vectors.ensureCollection(creatorId),
    tools.database.readAsTenant(creatorId, (db) => readKnowledge(db, creatorId)),
    inTenant((db) => reportProgress(db, hold, progress.now())),
  ]);
  await tools.database.withTenant(creatorId, async (db) => {
    const isAnother = await rememberCollection(db, creatorId, collectionId, model);
    // The vectors of every other document were lost with the old one.
    if (isAnother) await tools.reconciliations(db, creatorId).request();
  });
  const canResume = row.embedding_model === model && known.collectionId === collectionId;
  const from = canResume ? row.embedded_chunks : 0;

  const startedAt = performance.now();
  const limits = { chunkTokens: row.chunk_tokens, overlapTokens: row.overlap_tokens };
  const telling = tellWhileReading(
    () => progress.now(),
    (now) => inTenant((db) => reportProgress(db, hold, now)),
    TELL_EVERY_MS,
  );
  const chunks = await embedDocument(tools, document, collectionId, cutChunks(blocks, limits), from, progress).finally(
    () => telling.stop(),
  );
  signal.throwIfAborted();
  // What an earlier attempt has stored was cut by another run of this program, so it is stored anew with the rest.
  const areStored = from === 0;
  const unreadablePages = progress.unreadablePages();
  await inTenant((db) => publishDocument(db, hold, { chunks, embeddingModel: model, areStored, unreadablePages }));
  log.info('document published', {
    document_id: documentId,
    generation,
    chunks: chunks.length,
    resumed_at: from,
    unreadable_pages: unreadablePages,
    duration_ms: Math.round(performance.now() - startedAt),
  });
}
