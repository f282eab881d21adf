import type { Executor } from '../../../../shared/database/executor.ts';
import { chunkId } from '../../../../shared/lifecycles/document/chunk-id.ts';
import { type NewChunk, storeChunks } from '../../../../shared/lifecycles/document/chunk-rows.ts';
import { startOfWords, storeWords } from '../../../../shared/lifecycles/document/chunk-words.ts';
import { isGenerationWanted } from '../../../../shared/lifecycles/document/collect-document.ts';
import { readKnowledge, rememberCollection } from '../../../../shared/lifecycles/document/knowledge.ts';
import { publishDocument } from '../../../../shared/lifecycles/document/publish-document.ts';
import {
  type DocumentHold,
  reportEmbedded,
  reportProgress,
  reserveVectors,
} from '../../../../shared/lifecycles/document/report-progress.ts';
import type { TextBlock } from '../../../../shared/models/extraction.ts';
import { log } from '../../../../shared/observability/logger.ts';
import type { Chunk } from './chunk.ts';
import { cutChunks } from './cut-chunks.ts';
import { embedChunks } from './embed-chunks.ts';
import { LeaseLostError } from './hold-lease.ts';
import type { DocumentWork, IngestTools } from './ingest-tools.ts';
import type { ReadingProgress } from './reading-progress.ts';
import { tellWhileReading } from './tell-while-reading.ts';

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
  const chunks = await embedAll(tools, document, collectionId, cutChunks(blocks, limits), from, progress).finally(() =>
    telling.stop(),
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

async function embedAll(
  tools: IngestTools,
  { row, hold, signal }: DocumentWork,
  collectionId: string,
  chunks: AsyncIterable<Chunk>,
  from: number,
  progress: ReadingProgress,
): Promise<NewChunk[]> {
  const { creatorId, documentId, generation } = hold;
  const model = tools.models.embeddingModel;
  const inTenant = whileHeld(tools, hold);
  const idOf = (index: number) => chunkId(documentId, generation, index);
  const named = (all: readonly Chunk[]) => all.map((chunk) => ({ ...chunk, id: idOf(chunk.index) }));
  let reserved = 0;
  try {
    const all = await embedChunks(chunks, from, {
      embed: (texts) => tools.models.embed([...texts], 'document', signal),
      async reserve(count) {
        await inTenant((db) => reserveVectors(db, hold, count, model));
        reserved = count;
      },
      async store(batch, vectors) {
        signal.throwIfAborted();
        const records = batch.map((chunk, place) => ({
          id: idOf(chunk.index),
          embedding: vectors[place] ?? [],
          documentId,
          chunkIndex: chunk.index,
          creatorId,
          source: row.source,
          createdAt: row.created_at.toISOString(),
        }));
        await tools.vectors.upsert(collectionId, records);
      },
      onCut: (total) => progress.cutChunks(total),
      async onStored(done, since) {
        progress.storedChunks(done);
        await inTenant(async (db) => {
          if (!(await reportEmbedded(db, hold, done, progress.now()))) return false;
          await storeChunks(db, hold, named(since));
          await storeWords(db, hold, startOfWords(done - since.length), startOfWords(done));
          return true;
        });
      },
    });
    await tools.vectors.flush(collectionId);
    return named(all);
  } catch (error) {
    // A worker that was away for longer than its lease may have stored vectors after they had been collected.
    const wanted = await tools.database.withTenant(creatorId, (db) =>
      isGenerationWanted(db, creatorId, documentId, generation),
    );
    if (!wanted)
      await tools.vectors.remove(
        collectionId,
        Array.from({ length: reserved }, (_, index) => idOf(index)),
      );
    throw error;
  }
}

/** Writes that are refused once the document is another's. */
function whileHeld(tools: Pick<IngestTools, 'database'>, hold: DocumentHold) {
  return async (write: (db: Executor) => Promise<boolean>): Promise<void> => {
    if (!(await tools.database.withTenant(hold.creatorId, write))) throw new LeaseLostError();
  };
}
