import { log } from '../../../../shared/observability/logger.ts';
import { LeaseLostError } from './hold-lease.ts';

export interface Telling {
  /** Returns once nothing is being told any more. */
  stop(): Promise<void>;
}

/**
 * Tells `read()` by `tell` once in `everyMs` when it has changed: a file may be read for long before its first passage
 * is stored. One at a time; what fails is told the next time, and a lost lease is for those who write to find out.
 */
export function tellWhileReading<T>(read: () => T, tell: (value: T) => Promise<void>, everyMs: number): Telling {
  let told = JSON.stringify(read());
  let telling: Promise<void> | undefined;
  const beat = () => {
    const value = read();
    const text = JSON.stringify(value);
    if (telling || text === told) return;
    telling = tell(value)
      .then(() => {
        told = text;
      })
      .catch((error: unknown) => {
        if (!(error instanceof LeaseLostError)) log.warn('progress was not told', { reason: String(error) });
      })
      .finally(() => {
        telling = undefined;
      });
  };
  const timer = setInterval(beat, everyMs);
  return {
    async stop() {
      clearInterval(timer);
      await telling;
    },
  };
}
