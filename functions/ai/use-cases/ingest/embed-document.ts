import { chunkId } from '../../../../shared/lifecycles/document/chunk-id.ts';
import { type NewChunk, storeChunks } from '../../../../shared/lifecycles/document/chunk-rows.ts';
import { startOfWords, storeWords } from '../../../../shared/lifecycles/document/chunk-words.ts';
import { isGenerationWanted } from '../../../../shared/lifecycles/document/collect-document.ts';
import {
  type DocumentHold,
  reportEmbedded,
  reserveVectors,
} from '../../../../shared/lifecycles/document/report-progress.ts';
import type { VectorRecord } from '../../gateways/chroma.ts';
import type { Chunk } from './chunk.ts';
import { embedChunks } from './embed-chunks.ts';
import type { DocumentWork, IngestTools } from './ingest-tools.ts';
import type { ReadingProgress } from './reading-progress.ts';
import { whileHeld } from './while-held.ts';

/**
 * Embeds what is cut and stores it, from chunk `from` on, noting how far it has come: a retry goes on there.
 *
 * @returns every chunk under its id, also those that were skipped
 * @throws LeaseLostError as soon as a write shows that the document is no longer this worker's
 */
export async function embedDocument(
  tools: IngestTools,
  document: DocumentWork,
  collectionId: string,
  chunks: AsyncIterable<Chunk>,
  from: number,
  progress: ReadingProgress,
): Promise<NewChunk[]> {
  const { hold, signal } = document;
  const inTenant = whileHeld(tools, hold);
  const named = (all: readonly Chunk[]) => all.map((chunk) => ({ ...chunk, id: idOf(hold, chunk.index) }));
  let reserved = 0;
  try {
    const all = await embedChunks(chunks, from, {
      embed: (texts) => tools.models.embed([...texts], 'document', signal),
      async reserve(count) {
        await inTenant((db) => reserveVectors(db, hold, count, tools.models.embeddingModel));
        reserved = count;
      },
      async store(batch, vectors) {
        signal.throwIfAborted();
        await tools.vectors.upsert(collectionId, recordsOf(document, batch, vectors));
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
    await takeBackUnwanted(tools, hold, collectionId, reserved);
    throw error;
  }
}

const idOf = ({ documentId, generation }: DocumentHold, index: number) => chunkId(documentId, generation, index);

function recordsOf(
  { row, hold }: DocumentWork,
  chunks: readonly Chunk[],
  vectors: readonly (readonly number[])[],
): VectorRecord[] {
  return chunks.map((chunk, place) => ({
    id: idOf(hold, chunk.index),
    embedding: vectors[place] ?? [],
    documentId: hold.documentId,
    chunkIndex: chunk.index,
    creatorId: hold.creatorId,
    source: row.source,
    createdAt: row.created_at.toISOString(),
  }));
}

/** A worker that was away for longer than its lease may have stored vectors after they had been collected. */
async function takeBackUnwanted(
  tools: IngestTools,
  hold: DocumentHold,
  collectionId: string,
  reserved: number,
): Promise<void> {
  const { creatorId, documentId, generation } = hold;
  const wanted = await tools.database.withTenant(creatorId, (db) =>
    isGenerationWanted(db, creatorId, documentId, generation),
  );
  if (wanted) return;
  const ids = Array.from({ length: reserved }, (_, index) => idOf(hold, index));
  await tools.vectors.remove(collectionId, ids);
}
