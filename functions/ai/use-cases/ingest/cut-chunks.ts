import { setImmediate as nextTurn } from 'node:timers/promises';
import type { TextBlock } from '../../../../shared/models/extraction.ts';
import { RANK, splitText } from '../text/split-text.ts';
import type { Chunk, ChunkLimits } from './chunk.ts';
import { ChunkPacker } from './chunk-packer.ts';

const CHARACTERS_PER_TURN = 262_144;

/**
 * Cuts a stream of blocks into chunks of at most `chunkTokens`, each beginning with up to `overlapTokens` of the one
 * before, except across headings. The same blocks and limits always give the same chunks, however often work on a
 * document starts anew.
 */
export async function* cutChunks(blocks: AsyncIterable<TextBlock>, limits: ChunkLimits): AsyncGenerator<Chunk> {
  const packer = new ChunkPacker(limits);
  let headings = '';
  let unyielded = 0;
  for await (const block of blocks) {
    const headingPath = block.heading_path ?? [];
    const underNewHeading = headings !== headingPath.join('\n');
    headings = headingPath.join('\n');
    const place = { page: block.page ?? null, headingPath, repeated: false };
    const first = underNewHeading ? RANK.heading : RANK.paragraph;
    for (const piece of splitText(block.text, packer.maxPieceTokens, first)) yield* packer.add({ ...piece, ...place });
    unyielded += block.text.length;
    if (unyielded > CHARACTERS_PER_TURN) {
      unyielded = 0;
      await nextTurn(); // Leases are renewed by timers.
    }
  }
  yield* packer.finish();
}
