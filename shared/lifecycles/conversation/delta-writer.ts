export interface DeltaWriter {
  /** Takes a piece of the answer. @throws what an earlier append failed with: stop generating */
  write(text: string): void;
  /**
   * Resolves when everything written has been appended and posted, with the number of the last delta if there was one.
   * @throws what an append failed with
   */
  flush(): Promise<number | undefined>;
}

/** From the start of one post to the start of the next: with posts of 25 ms, no token is more than 60 ms on its way. */
const WINDOW_MS = 32;

/**
 * Gathers tokens into deltas: the first goes out at once, afterwards one append is in flight at a time and the next
 * starts a window later. Awaiting each token falls seconds behind; not awaiting reorders.
 * A failed append is final for this writer: it may or may not have been kept, and only `restarted` makes that good.
 */
export function openDeltaWriter(append: (text: string) => Promise<number>, windowMs: number = WINDOW_MS): DeltaWriter {
  let waiting = '';
  let running: Promise<void> | undefined;
  let failure: unknown;
  let hurry: (() => void) | undefined;
  let flushing = 0;
  let lastSeq: number | undefined;

  const run = async () => {
    while (waiting !== '' && failure === undefined) {
      const text = waiting;
      waiting = '';
      const startedAt = performance.now();
      try {
        lastSeq = await append(text);
      } catch (error) {
        failure = error;
        break;
      }
      await pause(windowMs - (performance.now() - startedAt));
    }
    running = undefined;
  };
  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      if (ms <= 0 || flushing > 0) return resolve();
      const timer = setTimeout(resolve, ms);
      hurry = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  return {
    write: (text) => {
      if (failure !== undefined) throw failure;
      waiting += text;
      running ??= run();
    },
    flush: async () => {
      flushing += 1;
      hurry?.();
      try {
        while (running) await running;
      } finally {
        flushing -= 1;
      }
      if (failure !== undefined) throw failure;
      return lastSeq;
    },
  };
}
