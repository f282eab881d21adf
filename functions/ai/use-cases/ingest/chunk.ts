import type { NewChunk } from '../../../../shared/lifecycles/document/chunk-rows.ts';

/** A chunk that has been cut; it is named by its place. */
export type Chunk = Omit<NewChunk, 'id'>;

export interface ChunkLimits {
  readonly chunkTokens: number;
  readonly overlapTokens: number;
}
