/** Promises that a message with their number settles, or their time. */
export interface Waits<T> {
  /** Settles with `late` when nothing else has within `ms`. */
  open(ms: number, late: T): { readonly id: number; readonly answer: Promise<T> };
  /** Without effect where the number is unknown, or was settled before. */
  settle(id: number, value: T): void;
  settleAll(value: T): void;
}

export function openWaits<T>(): Waits<T> {
  const open = new Map<number, (value: T) => void>();
  let lastId = 0;
  return {
    open(ms, late) {
      lastId += 1;
      const id = lastId;
      const answer = new Promise<T>((resolve) => {
        const timer = setTimeout(() => settle(late), Math.max(0, ms));
        const settle = (value: T) => {
          clearTimeout(timer);
          open.delete(id);
          resolve(value);
        };
        open.set(id, settle);
      });
      return { id, answer };
    },
    settle: (id, value) => open.get(id)?.(value),
    settleAll(value) {
      for (const settle of open.values()) settle(value);
    },
  };
}
