import { NO_ANSWER } from '../answer/build-prompt.ts';
import type { StreamFilter } from './stream-filter.ts';

export interface RefusalFilter extends StreamFilter {
  /** The model said that the passages do not answer; nothing was let through. */
  readonly refused: boolean;
}

const OPENING = /^[\s"'*`[(.]*/;
/** Whoever says that many marks before the first word is not about to say the agreed one. */
const MAX_OPENING_CHARACTERS = 200;

/** Catches the agreed word at the beginning of an answer, and takes it out wherever else it stands. */
export function refusalFilter(): RefusalFilter {
  let held = '';
  let begun = false;
  let refused = false;

  const release = (text: string, final: boolean): string => {
    held += text;
    if (!begun) {
      const start = held.replace(OPENING, '');
      if (start.toUpperCase().startsWith(NO_ANSWER)) refused = true;
      if (refused) return '';
      const isOpen = held.length <= MAX_OPENING_CHARACTERS && NO_ANSWER.startsWith(start.toUpperCase());
      if (!final && isOpen) return '';
      begun = true;
    }
    held = held.replaceAll(NO_ANSWER, '');
    // The word may be cut in two by the stream.
    const keep = final ? 0 : tailThatMayGrow(held);
    const out = held.slice(0, held.length - keep);
    held = held.slice(held.length - keep);
    return out;
  };

  return {
    push: (text) => (refused ? '' : release(text, false)),
    end: () => (refused ? '' : release('', true)),
    get refused() {
      return refused;
    },
  };
}

function tailThatMayGrow(text: string): number {
  for (let length = Math.min(NO_ANSWER.length - 1, text.length); length > 0; length -= 1) {
    if (NO_ANSWER.startsWith(text.slice(-length))) return length;
  }
  return 0;
}
