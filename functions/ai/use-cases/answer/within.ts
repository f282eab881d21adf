/** Runs `work`, aborts its signal with `late` when the time is up, and throws `late` whether it listens or not. */
export async function within<T>(timeoutMs: number, late: Error, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    controller.abort(late);
    reject(late);
  }, timeoutMs);
  try {
    return await Promise.race([work(controller.signal), tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
