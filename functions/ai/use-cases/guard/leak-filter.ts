import { formsOf, type SecretForm } from './secret-forms.ts';
import type { StreamFilter } from './stream-filter.ts';

export interface LeakFilter extends StreamFilter {
  /** The answer began to recite the secret; nothing more is let through. */
  readonly leaked: boolean;
}

const PIECES = /[\p{L}\p{N}_]+|[^\p{L}\p{N}_]+/gu;

/**
 * Ends an answer that recites the prompt. Compares words, so layout, case and punctuation hide nothing, nor does one of
 * the simple ciphers; and a translation, which shares no words, still carries the marker that stands first in the secret
 * and nowhere else.
 *
 * @param marker letters and digits; found spelled out and backwards as well
 */
export function leakFilter(secret: string, marker: string): LeakFilter {
  const recitals = indexedForms(secret).map(trackRecital);
  const findMarker = markerFinder(marker);
  let word = '';
  let held = '';
  let leaked = false;

  const finishWord = () => {
    if (word === '') return;
    const said = word.toLowerCase();
    word = '';
    for (const recital of recitals) leaked = recital.hear(said) || leaked;
  };
  const letThrough = (piece: string): string => {
    held += piece;
    if (recitals.some((recital) => recital.suspicious)) return '';
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

interface IndexedForm extends SecretForm {
  readonly placesOf: ReadonlyMap<string, readonly number[]>;
}

const MAX_REMEMBERED = 50;
/** One widget's prompts begin alike, whatever is asked. */
const remembered = new Map<string, readonly IndexedForm[]>();

function indexedForms(secret: string): readonly IndexedForm[] {
  const known = remembered.get(secret);
  if (known) return known;
  const forms = formsOf(secret).map((form) => ({
    ...form,
    placesOf: Map.groupBy(form.words.keys(), (place) => form.words[place] ?? ''),
  }));
  const [oldest] = remembered.keys();
  if (remembered.size >= MAX_REMEMBERED && oldest !== undefined) remembered.delete(oldest);
  remembered.set(secret, forms);
  return forms;
}

/** Follows one way in which the secret may be told, word by word. */
function trackRecital({ words, placesOf, suspectAfter, leakAfter }: IndexedForm) {
  /** Where in the secret the running sequence may have arrived. */
  let places: readonly number[] = [];
  let length = 0;
  return {
    /** @returns whether so much was told that it is no coincidence */
    hear(said: string): boolean {
      const next = places.filter((place) => words[place] === said).map((place) => place + 1);
      length = next.length > 0 ? length + 1 : 1;
      places = next.length > 0 ? next : (placesOf.get(said) ?? []).map((place) => place + 1);
      if (places.length === 0) length = 0;
      return length >= leakAfter;
    },
    get suspicious() {
      return length >= suspectAfter;
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
