/** What a visitor has been shown of an answer: exactly what `onText` received. */
export interface ShownText {
  readonly text: string;
  /** Something did not fit any more, or came in a piece that is too long by itself. */
  readonly isFull: boolean;
  /** Cuts a piece to what an answer may be at most, so that no guard has to read more. */
  cut(piece: string): string;
  show(guarded: string): void;
}

/** An answer goes out as a frame, of which a socket carries 32 KB at most. */
const MOST_BYTES = 12_000;

export function openShownText(onText: (text: string) => void): ShownText {
  let text = '';
  let room = MOST_BYTES;
  let isFull = false;
  const cutTo = (piece: string, bytes: number): string => {
    const kept = cutToBytes(piece, bytes);
    isFull ||= kept !== piece;
    return kept;
  };
  return {
    get text() {
      return text;
    },
    get isFull() {
      return isFull;
    },
    cut: (piece) => cutTo(piece, MOST_BYTES),
    show(guarded) {
      // Models like to begin with a blank.
      const shown = cutTo(text === '' ? guarded.trimStart() : guarded, room);
      if (shown === '') return;
      room -= Buffer.byteLength(shown);
      text += shown;
      onText(shown);
    },
  };
}

/** As many whole characters as fit. */
function cutToBytes(text: string, bytes: number): string {
  if (text.length * 3 <= bytes) return text;
  return text.slice(0, new TextEncoder().encodeInto(text, new Uint8Array(bytes)).read);
}
