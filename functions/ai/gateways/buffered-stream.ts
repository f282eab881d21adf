/** Hands items from a producer that does not wait to one reader that may. What it holds is bounded by the producer. */
export class BufferedStream<T> implements AsyncIterable<T> {
  private readonly items: T[] = [];
  private next = 0;
  private closed = false;
  private failure: Error | undefined;
  private wake: (() => void) | undefined;
  private leave: (() => void) | undefined;

  push(item: T): void {
    this.items.push(item);
    this.wake?.();
  }

  end(): void {
    this.closed = true;
    this.wake?.();
  }

  /** Readers see what was pushed before, then the failure. */
  fail(error: Error): void {
    this.failure ??= error;
    this.end();
  }

  /** Called when the reader leaves, whether or not everything was read. */
  onLeave(leave: () => void): void {
    this.leave = leave;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    try {
      while (true) {
        const item = this.items[this.next];
        if (item !== undefined) {
          this.next += 1;
          if (this.next > 1_000) {
            this.items.splice(0, this.next);
            this.next = 0;
          }
          yield item;
        } else if (this.closed) break;
        else {
          await new Promise<void>((resolve) => {
            this.wake = resolve;
          });
        }
      }
      if (this.failure) throw this.failure;
    } finally {
      this.leave?.();
    }
  }
}
