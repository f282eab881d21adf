export interface Slots {
  /** Waits for a free slot in the order of asking; undefined when none came before `deadlineAtMs`. */
  take(deadlineAtMs: number): Promise<(() => void) | undefined>;
  /** Slots taken and askers waiting. */
  load(): number;
}

/** A counter of how many may work at once, with a queue in front. */
export function createSlots(count: number): Slots {
  const waiting = new Set<() => void>();
  let taken = 0;

  const release = () => {
    taken -= 1;
    const [next] = waiting;
    if (!next) return;
    waiting.delete(next);
    next();
  };
  const take = (): (() => void) => {
    taken += 1;
    let released = false;
    return () => {
      if (released) return;
      released = true;
      release();
    };
  };

  return {
    load: () => taken + waiting.size,
    take: (deadlineAtMs) => {
      if (taken < count) return Promise.resolve(take());
      return new Promise((resolve) => {
        const proceed = () => {
          clearTimeout(timer);
          resolve(take());
        };
        const timer = setTimeout(
          () => {
            waiting.delete(proceed);
            resolve(undefined);
          },
          Math.max(0, deadlineAtMs - Date.now()),
        );
        waiting.add(proceed);
      });
    },
  };
}
