import type { Figure } from './figure.ts';
import type { BenchWorld } from './world/bench-world.ts';

/** A measurement that gives one or several figures. */
export interface BenchRow {
  /** The ids that `--only` knows it by. */
  readonly ids: readonly string[];
  readonly measure: (bench: Bench) => Promise<readonly Figure[]>;
}

export interface Bench {
  /** The running host, started by whoever asks first. */
  readonly world: () => Promise<BenchWorld>;
  /** Full counts instead of those that keep the whole under six minutes. */
  readonly full: boolean;
}
