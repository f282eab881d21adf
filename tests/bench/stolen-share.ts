import { readFileSync } from 'node:fs';

/** Processor time since the machine started, in its own ticks. */
export interface ProcessorTime {
  readonly total: number;
  /** What the hypervisor gave to other machines while this one had work. */
  readonly stolen: number;
}

const STEAL = 7;
/** Guests' time after it is contained in the first two. */
const COUNTED = 8;

/** Undefined where the system does not tell, as macOS does not. */
export function processorTimeNow(read = () => readFileSync('/proc/stat', 'utf8')): ProcessorTime | undefined {
  try {
    const [, ...ticks] = (read().split('\n', 1)[0] ?? '').trim().split(/\s+/).map(Number);
    const stolen = ticks[STEAL];
    if (stolen === undefined) return undefined;
    return { total: ticks.slice(0, COUNTED).reduce((sum, each) => sum + each, 0), stolen };
  } catch {
    return undefined;
  }
}

/** What part of the processors' time was stolen in between, in percent; undefined where nothing tells it. */
export function stolenPercent(from: ProcessorTime | undefined, to: ProcessorTime | undefined): number | undefined {
  if (!from || !to || to.total <= from.total) return undefined;
  return ((to.stolen - from.stolen) / (to.total - from.total)) * 100;
}
