import type { PageStart } from '../../../../shared/models/page-start.ts';

export interface Chunk {
  readonly index: number;
  readonly text: string;
  /** Where the part that no earlier chunk holds begins. */
  readonly page: number | null;
  /** Where pages begin in `text`, the first at 0; empty for a document without pages. */
  readonly pageStarts: readonly PageStart[];
  readonly headingPath: readonly string[];
  readonly tokenCount: number;
}

export interface ChunkLimits {
  readonly chunkTokens: number;
  readonly overlapTokens: number;
}
