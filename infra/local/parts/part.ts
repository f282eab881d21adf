import type { PartRegistry } from './part-registry.ts';
import type { Secrets } from './secrets.ts';

/** What every part gets to start with. */
export interface PartContext {
  /** Absolute. */
  readonly dataFolder: string;
  readonly registry: PartRegistry;
  readonly secrets: Secrets;
  readonly onProgress: (message: string) => void;
}

export interface RunningPart {
  /** Where clients reach it. */
  readonly url: string;
  /** False for one's own part, which was found running and is left running. */
  readonly owned: boolean;
  stop(): Promise<void>;
}

/** A part that someone else runs. */
export function foreignPart(url: string): RunningPart {
  return { url, owned: false, stop: async () => {} };
}
