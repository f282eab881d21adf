import type { Chunk } from './cut-chunks.ts';

export interface EmbeddingSteps {
  readonly embed: (texts: readonly string[]) => Promise<readonly (readonly number[])[]>;
  /** Called before the first vector at or above `count` is stored. */
  readonly reserve: (count: number) => Promise<void>;
  readonly store: (chunks: readonly Chunk[], vectors: readonly (readonly number[])[]) => Promise<void>;
  /** All chunks below `count` are stored. `total` is 0 while chunks are still being cut. */
  readonly onStored: (count: number, total: number) => Promise<void>;
}

/** Small first, so that a short document is soon done; then what the model takes best. */
const FIRST_BATCH = 4;
const BATCH = 16;
/** One in the model's hands and one waiting at its door. */
const IN_FLIGHT = 2;
const RESERVED_AT_ONCE = 256;

/**
 * Embeds and stores chunks as they are cut, from index `from` on: two batches at the model while earlier ones are
 * being stored. @returns every chunk, also those that were skipped
 * @throws whatever a step throws, once nothing is in flight any more
 */
export async function embedChunks(chunks: AsyncIterable<Chunk>, from: number, steps: EmbeddingSteps): Promise<Chunk[]> {
  const all: Chunk[] = [];
  const atModel = new Set<Promise<unknown>>();
  const storing = new Set<Promise<void>>();
  let failure: { error: unknown } | undefined;
  let reserved = 0;
  let total = 0;
  let told = from;
  const stored = new StoredPrefix(from);
  let reported = Promise.resolve();

  const start = async (batch: readonly Chunk[]) => {
    while (atModel.size >= IN_FLIGHT) await Promise.race(atModel);
    if (failure) return;
    const last = batch.at(-1)?.index ?? 0;
    if (last >= reserved) {
      reserved = last + RESERVED_AT_ONCE;
      await steps.reserve(reserved);
    }
    const embedding = steps.embed(batch.map((chunk) => chunk.text));
    track(atModel, embedding);
    const work = embedding
      .then((vectors) => steps.store(batch, vectors))
      .then(() => {
        const count = stored.add(batch[0]?.index ?? 0, batch.length);
        if (count === told) return reported;
        told = count;
        reported = reported.then(() => steps.onStored(count, total));
        return reported;
      })
      .catch((error: unknown) => {
        failure ??= { error };
      });
    track(storing, work);
  };

  try {
    let batch: Chunk[] = [];
    let size = FIRST_BATCH;
    for await (const chunk of chunks) {
      if (failure) break;
      all.push(chunk);
      if (chunk.index < from) continue;
      batch.push(chunk);
      if (batch.length < size) continue;
      await start(batch);
      batch = [];
      size = BATCH;
    }
    total = all.length;
    if (batch.length > 0 && !failure) await start(batch);
  } finally {
    await Promise.allSettled(storing);
  }
  if (failure) throw failure.error;
  return all;
}

function track<T>(set: Set<Promise<T>>, promise: Promise<T>): void {
  const settled = promise.then(
    () => set.delete(promise),
    () => set.delete(promise),
  );
  set.add(promise);
  settled.catch(() => {});
}

/** Batches may be stored out of order; a retry may go on only behind the last gap. */
class StoredPrefix {
  private end: number;
  private readonly waiting = new Map<number, number>();

  constructor(from: number) {
    this.end = from;
  }

  add(start: number, count: number): number {
    this.waiting.set(start, count);
    for (let next = this.waiting.get(this.end); next !== undefined; next = this.waiting.get(this.end)) {
      this.waiting.delete(this.end);
      this.end += next;
    }
    return this.end;
  }
}
