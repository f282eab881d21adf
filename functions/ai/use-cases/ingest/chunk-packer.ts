import type { PageStart } from '../../../../shared/models/page-start.ts';
import { measureText } from '../text/count-tokens.ts';
import { type Piece, RANK } from '../text/split-text.ts';
import type { Chunk, ChunkLimits } from './chunk.ts';

/** A piece of text with the place it stands in. */
export interface PlacedPiece extends Piece {
  readonly page: number | null;
  readonly headingPath: readonly string[];
  /** Stands in the chunk before as well. */
  readonly repeated: boolean;
}

/** nomic-embed-text's context of 2,048 less its prefix and marks. */
const MAX_PIECES = 2_030;
/** A chunk may end early, at a stronger boundary, but not below this part of the limit. */
const LEAST_FILL = 0.6;

/** Gathers pieces into chunks that are full but not beyond the limits; yields each as soon as its end is known. */
export class ChunkPacker {
  readonly maxPieceTokens: number;
  private readonly limits: ChunkLimits;
  private held: PlacedPiece[] = [];
  private tokens = 0;
  private pieces = 0;
  private nextIndex = 0;

  constructor(limits: ChunkLimits) {
    this.limits = limits;
    this.maxPieceTokens = Math.max(16, Math.floor(limits.chunkTokens / 5));
  }

  *add(piece: PlacedPiece): Generator<Chunk> {
    while (this.held.length > 0 && !this.hasRoomFor(piece)) {
      if (this.held.every((each) => each.repeated)) this.keep(this.held.slice(1));
      else yield this.flush(this.bestCut(piece));
    }
    this.held.push(piece);
    this.tokens += piece.size.tokens;
    this.pieces += piece.size.pieces;
  }

  *finish(): Generator<Chunk> {
    while (this.held.some((each) => !each.repeated)) yield this.flush(this.held.length);
  }

  private hasRoomFor(piece: PlacedPiece): boolean {
    // One token to spare: what begins a chunk begins with a space of its own.
    return this.tokens + piece.size.tokens < this.limits.chunkTokens && this.pieces + piece.size.pieces <= MAX_PIECES;
  }

  /** The last of the strongest boundaries that leave a chunk well filled. */
  private bestCut(next: PlacedPiece): number {
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

  private overlapOf(taken: readonly PlacedPiece[]): PlacedPiece[] {
    const overlap: PlacedPiece[] = [];
    let tokens = 0;
    for (const piece of taken.toReversed()) {
      tokens += piece.size.tokens;
      if (tokens > this.limits.overlapTokens || overlap.length === taken.length - 1) break;
      overlap.unshift({ ...piece, repeated: true });
    }
    return overlap;
  }

  private keep(held: PlacedPiece[]): void {
    this.held = held;
    this.tokens = held.reduce((sum, piece) => sum + piece.size.tokens, 0);
    this.pieces = held.reduce((sum, piece) => sum + piece.size.pieces, 0);
  }
}

function pageStartsOf(pieces: readonly PlacedPiece[]): PageStart[] {
  const starts: PageStart[] = [];
  let offset = 0;
  for (const [place, piece] of pieces.entries()) {
    if (place > 0) offset += piece.glue.length;
    if (piece.page !== null && starts.at(-1)?.[1] !== piece.page) starts.push([place === 0 ? 0 : offset, piece.page]);
    offset += piece.text.length;
  }
  return starts;
}

function join(pieces: readonly PlacedPiece[]): string {
  return pieces.map((piece, place) => (place === 0 ? '' : piece.glue) + piece.text).join('');
}
