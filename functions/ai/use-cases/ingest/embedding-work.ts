import type { Chunk } from './chunk.ts';

export interface EmbeddingSteps {
  readonly embed: (texts: readonly string[]) => Promise<readonly (readonly number[])[]>;
  /** Done before the first vector at or above `count` is stored. */
  readonly reserve: (count: number) => Promise<void>;
  readonly store: (chunks: readonly Chunk[], vectors: readonly (readonly number[])[]) => Promise<void>;
  /** All chunks are cut: so many there are. */
  readonly onCut: (total: number) => void;
  /** All chunks below `count` are stored: `since` are those that were not told of before, in their order. */
  readonly onStored: (count: number, since: readonly Chunk[]) => Promise<void>;
}

const RESERVED_AT_ONCE = 256;

/** Batches on their way: reserved, embedded, stored, reported. */
export class EmbeddingWork {
  readonly steps: EmbeddingSteps;
  atModel = 0;
  failure: { readonly error: unknown } | undefined;
  private readonly storing = new Set<Promise<void>>();
  private readonly stored: StoredPrefix;
  private reserved = 0;
  private reserving = Promise.resolve();
  private reporting = Promise.resolve();
  private waker = () => {};

  constructor(from: number, steps: EmbeddingSteps) {
    this.steps = steps;
    this.stored = new StoredPrefix(from);
  }

  start(batch: readonly Chunk[]): void {
    const work = this.embedAndStore(batch)
      .catch((error: unknown) => this.fail(error))
      .finally(() => this.storing.delete(work));
    this.storing.add(work);
  }

  fail(error: unknown): void {
    this.failure ??= { error };
    this.wake();
  }

  wake(): void {
    this.waker();
  }

  /** The next time that something is cut, embedded or fails. */
  changed(): Promise<void> {
    return new Promise((resolve) => {
      this.waker = resolve;
    });
  }

  async settled(): Promise<void> {
    await Promise.all(this.storing);
  }

  private async embedAndStore(batch: readonly Chunk[]): Promise<void> {
    const first = batch[0]?.index ?? 0;
    const [embedded, reserved] = await Promise.allSettled([this.embed(batch), this.reserve(first + batch.length)]);
    if (reserved.status === 'rejected') throw reserved.reason;
    if (embedded.status === 'rejected') throw embedded.reason;
    await this.steps.store(batch, embedded.value);
    const since = this.stored.add(batch);
    if (since.length > 0) {
      const count = this.stored.end;
      this.reporting = this.reporting.then(() => this.steps.onStored(count, since));
    }
    await this.reporting;
  }

  private async embed(batch: readonly Chunk[]): Promise<readonly (readonly number[])[]> {
    this.atModel += 1;
    try {
      return await this.steps.embed(batch.map((chunk) => chunk.text));
    } finally {
      this.atModel -= 1;
      this.wake();
    }
  }

  private reserve(count: number): Promise<void> {
    if (count > this.reserved) {
      this.reserved = count + RESERVED_AT_ONCE;
      const { reserved } = this;
      this.reserving = this.reserving.then(() => this.steps.reserve(reserved));
    }
    return this.reserving;
  }
}

/** Batches may be stored out of order; a retry may go on only behind the last gap. */
class StoredPrefix {
  end: number;
  private readonly waiting = new Map<number, readonly Chunk[]>();

  constructor(from: number) {
    this.end = from;
  }

  /** @returns what has no gap before it any more */
  add(batch: readonly Chunk[]): Chunk[] {
    this.waiting.set(batch[0]?.index ?? 0, batch);
    const since: Chunk[] = [];
    for (let next = this.waiting.get(this.end); next !== undefined; next = this.waiting.get(this.end)) {
      this.waiting.delete(this.end);
      this.end += next.length;
      since.push(...next);
    }
    return since;
  }
}
