import type { StreamFilter } from './stream-filter.ts';

export interface LeakFilter extends StreamFilter {
  /** The answer began to recite the secret; nothing more is let through. */
  readonly leaked: boolean;
}

/** After this many words in the secret's order the next ones wait to see whether it goes on. */
const SUSPICIOUS_WORDS = 3;
/** So many words in the secret's order are no coincidence. */
const LEAK_WORDS = 7;

const PIECES = /[\p{L}\p{N}_]+|[^\p{L}\p{N}_]+/gu;
const WORDS = /[\p{L}\p{N}_]+/gu;

/**
 * Ends an answer that recites the prompt. Compares words, so layout, case and punctuation hide nothing; and a
 * translation, which shares no words, still carries the marker that stands first in the secret and nowhere else.
 *
 * @param marker letters and digits; found spelled out and backwards as well
 */
export function leakFilter(secret: string, marker: string): LeakFilter {
  const words = (secret.match(WORDS) ?? []).map((word) => word.toLowerCase());
  const findMarker = markerFinder(marker);
  let word = '';
  let held = '';
  /** Where in the secret the running sequence may have arrived. */
  let places: readonly number[] = [];
  let length = 0;
  let leaked = false;

  const finishWord = () => {
    if (word === '') return;
    const said = word.toLowerCase();
    word = '';
    const next = places.map((place) => place + 1).filter((place) => words[place] === said);
    length = next.length > 0 ? length + 1 : 1;
    places = next.length > 0 ? next : words.flatMap((each, place) => (each === said ? [place] : []));
    if (places.length === 0) length = 0;
    leaked ||= length >= LEAK_WORDS;
  };
  const letThrough = (piece: string): string => {
    held += piece;
    if (length >= SUSPICIOUS_WORDS) return '';
    const out = held;
    held = '';
    return out;
  };

  return {
    push(text) {
      leaked ||= findMarker(text);
      let out = '';
      if (leaked) return out;
      for (const [piece] of text.matchAll(PIECES)) {
        if (/^[\p{L}\p{N}_]/u.test(piece)) word += piece;
        else finishWord();
        if (leaked) return out;
        out += letThrough(piece);
      }
      return out;
    },
    end() {
      finishWord();
      return leaked ? '' : held;
    },
    get leaked() {
      return leaked;
    },
  };
}

/** Whether the letters and digits said so far hold the marker, whatever stands between them. */
function markerFinder(marker: string): (text: string) => boolean {
  const forms = [marker, [...marker].toReversed().join('')];
  let tail = '';
  return (text) => {
    const said = tail + text.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '');
    tail = said.slice(1 - marker.length);
    return marker !== '' && forms.some((form) => said.includes(form));
  };
}
