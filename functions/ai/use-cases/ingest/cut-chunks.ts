import { setImmediate as nextTurn } from 'node:timers/promises';
import type { TextBlock } from '../../../../shared/models/extraction.ts';
import type { PageStart } from '../../../../shared/models/page-start.ts';
import { measureText } from '../text/count-tokens.ts';
import { type Piece, RANK, splitText } from '../text/split-text.ts';

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

interface Placed extends Piece {
  readonly page: number | null;
  readonly headingPath: readonly string[];
  /** Stands in the chunk before as well. */
  readonly repeated: boolean;
}

/** nomic-embed-text's context of 2,048 less its prefix and marks. */
const MAX_PIECES = 2_030;
/** A chunk may end early, at a stronger boundary, but not below this part of the limit. */
const LEAST_FILL = 0.6;
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

class ChunkPacker {
  readonly maxPieceTokens: number;
  private readonly limits: ChunkLimits;
  private held: Placed[] = [];
  private tokens = 0;
  private pieces = 0;
  private nextIndex = 0;

  constructor(limits: ChunkLimits) {
    this.limits = limits;
    this.maxPieceTokens = Math.max(16, Math.floor(limits.chunkTokens / 5));
  }

  *add(piece: Placed): Generator<Chunk> {
    while (this.held.length > 0 && !this.hasRoomFor(piece)) {
      if (this.held.every((each) => each.repeated)) this.keep(this.held.slice(1));
      else yield this.flush(this.bestCut(piece));
    }
    this.keep([...this.held, piece]);
  }

  *finish(): Generator<Chunk> {
    while (this.held.some((each) => !each.repeated)) yield this.flush(this.held.length);
  }

  private hasRoomFor(piece: Placed): boolean {
    // One token to spare: what begins a chunk begins with a space of its own.
    return this.tokens + piece.size.tokens < this.limits.chunkTokens && this.pieces + piece.size.pieces <= MAX_PIECES;
  }

  /** The last of the strongest boundaries that leave a chunk well filled. */
  private bestCut(next: Placed): number {
    let best = { place: this.held.length, rank: next.rank as number };
    let tokens = this.tokens;
    let pieces = this.pieces;
    for (let place = this.held.length - 1; place > 0; place -= 1) {
      const piece = this.held[place];
      if (piece === undefined || this.held[place - 1]?.repeated) break;
      tokens -= piece.size.tokens;
      pieces -= piece.size.pieces;
      if (Math.max(tokens / this.limits.chunkTokens, pieces / MAX_PIECES) < LEAST_FILL) break;
      if (piece.rank > best.rank) best = { place, rank: piece.rank };
    }
    return best.place;
  }

  private flush(wanted: number): Chunk {
    let place = wanted;
    let text = join(this.held.slice(0, place));
    let tokenCount = measureText(text).tokens;
    while (tokenCount > this.limits.chunkTokens && place > 1) {
      place -= 1;
      text = join(this.held.slice(0, place));
      tokenCount = measureText(text).tokens;
    }
    const taken = this.held.slice(0, place);
    const rest = this.held.slice(place);
    const from = taken.find((piece) => !piece.repeated);
    this.keep([...(rest[0]?.rank === RANK.heading ? [] : this.overlapOf(taken)), ...rest]);
    this.nextIndex += 1;
    return {
      index: this.nextIndex - 1,
      text,
      page: from?.page ?? null,
      pageStarts: pageStartsOf(taken),
      headingPath: from?.headingPath ?? [],
      tokenCount,
    };
  }

  private overlapOf(taken: readonly Placed[]): Placed[] {
    const overlap: Placed[] = [];
    let tokens = 0;
    for (const piece of taken.toReversed()) {
      tokens += piece.size.tokens;
      if (tokens > this.limits.overlapTokens || overlap.length === taken.length - 1) break;
      overlap.unshift({ ...piece, repeated: true });
    }
    return overlap;
  }

  private keep(held: Placed[]): void {
    this.held = held;
    this.tokens = held.reduce((sum, piece) => sum + piece.size.tokens, 0);
    this.pieces = held.reduce((sum, piece) => sum + piece.size.pieces, 0);
  }
}

function pageStartsOf(pieces: readonly Placed[]): PageStart[] {
  const starts: PageStart[] = [];
  let offset = 0;
  for (const [place, piece] of pieces.entries()) {
    if (place > 0) offset += piece.glue.length;
    if (piece.page !== null && starts.at(-1)?.[1] !== piece.page) starts.push([place === 0 ? 0 : offset, piece.page]);
    offset += piece.text.length;
  }
  return starts;
}

function join(pieces: readonly Placed[]): string {
  return pieces.map((piece, place) => (place === 0 ? '' : piece.glue) + piece.text).join('');
}
