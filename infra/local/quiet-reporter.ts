export type Report = (name: string, message: string) => void;

/** Passes a message on, but the same one of the same name only once in `everyMs`: a fault repeats itself a lot. */
export function quietReporter(report: Report, everyMs = 10_000): Report {
  const lastTold = new Map<string, number>();
  return (name, message) => {
    const key = `${name} ${message}`;
    const now = Date.now();
    if (now - (lastTold.get(key) ?? 0) < everyMs) return;
    if (lastTold.size > 100) lastTold.clear();
    lastTold.set(key, now);
    report(name, message);
  };
}
