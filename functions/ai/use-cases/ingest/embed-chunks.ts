import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Chunk } from './chunk.ts';
import { type EmbeddingSteps, EmbeddingWork } from './embedding-work.ts';

/** What the model takes best. */
const BATCH = 16;
/** One in the model's hands and one waiting at its door. */
const IN_FLIGHT = 2;

/**
 * Embeds and stores chunks while others are still being cut, from index `from` on: two batches at the model while
 * earlier ones are being stored. Batches are whole, but a model that has nothing to do gets what there is.
 *
 * @returns every chunk, also those that were skipped
 * @throws whatever a step or `chunks` throws, once nothing is at the model and nothing is being stored any more
 */
export async function embedChunks(chunks: AsyncIterable<Chunk>, from: number, steps: EmbeddingSteps): Promise<Chunk[]> {
  const work = new EmbeddingWork(from, steps);
  const all: Chunk[] = [];
  let isWhole = false;
  const cut = async () => {
    for await (const chunk of chunks) {
      all.push(chunk);
      work.wake();
      if (work.failure) return;
    }
    isWhole = true;
    steps.onCut(all.length);
  };
  // Not awaited: where a step fails, whoever made the chunks is told by its own signal.
  cut()
    .catch((error) => work.fail(error))
    .finally(() => work.wake());

  let next = from;
  while (!work.failure) {
    const waiting = all.length - next;
    if (isWhole && waiting <= 0) break;
    const isWorthIt = waiting >= BATCH || (waiting > 0 && (isWhole || work.atModel === 0));
    if (isWorthIt && work.atModel < IN_FLIGHT) {
      const batch = all.slice(next, next + BATCH);
      work.start(batch);
      next += batch.length;
    } else {
      await work.changed();
      await nextTurn(); // What else is being cut at this moment goes into the same batch.
    }
  }
  await work.settled();
  if (work.failure) throw work.failure.error;
  return all;
}
