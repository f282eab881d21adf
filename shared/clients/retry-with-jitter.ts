import { setTimeout as sleep } from 'node:timers/promises';

export interface RetryOptions {
  /** How often after the first attempt. */
  readonly retries: number;
  readonly firstDelayMs?: number;
  readonly maxDelayMs?: number;
  /** Ends the waiting between attempts; an attempt heeds it on its own. */
  readonly signal?: AbortSignal;
  readonly shouldRetry: (error: unknown) => boolean;
  /** A wait that the other side asked for, in milliseconds. */
  readonly requestedDelayMs?: (error: unknown) => number | undefined;
}

/**
 * Repeats a failing `attempt` after exponentially growing, fully random delays ("full jitter": those who failed
 * together do not come back together). The last error is the caller's.
 *
 * @throws the reason of `signal` when that ends a wait
 */
export async function retryWithJitter<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { retries, signal, shouldRetry, requestedDelayMs, firstDelayMs = 100, maxDelayMs = 2_000 } = options;
  for (let done = 0; ; done++) {
    try {
      return await attempt();
    } catch (error) {
      if (done >= retries || signal?.aborted || !shouldRetry(error)) throw error;
      const delayMs = requestedDelayMs?.(error) ?? Math.random() * Math.min(firstDelayMs * 2 ** done, maxDelayMs);
      await sleep(Math.min(delayMs, maxDelayMs), undefined, { signal }).catch(() => {
        throw signal?.reason;
      });
    }
  }
}
