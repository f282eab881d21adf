import { characterReader } from './character-reader.ts';
import { type Code, codeReader } from './code-reader.ts';
import { disguisedLetterOf, letterOf, NONE } from './letter-signs.ts';
import { findMarker } from './marker-finder.ts';
import { publicWords } from './public-words.ts';
import { type Recital, trackRecital } from './recital.ts';
import { formsOf, hearSteps, isConsonant } from './secret-forms.ts';
import type { StreamFilter } from './stream-filter.ts';

export interface LeakFilter extends StreamFilter {
  /** The answer began to recite the secret; nothing more is let through. */
  readonly leaked: boolean;
}

/** Of steps between letters: about three words, seven, and ten. With less, texts of others are cut now and then. */
const LETTERS = { suspectAfter: 9, leakAfter: 30, leakInParts: 42 };
/** Three in five letters are. */
const CONSONANTS = { suspectAfter: 9, leakAfter: 22, leakInParts: 31 };
/** Four or more for three letters. */
const ENCODED = { suspectAfter: 8, leakAfter: 40, leakInParts: 60 };

/**
 * Ends an answer that recites the prompt. Compares letters one after the other and nothing that stands between, beside or
 * around them, so neither layout nor marks nor numbers nor another way of drawing a letter hides anything; and a
 * translation, which shares no words, still carries the marker that stands first in the secret and nowhere else.
 *
 * The creator's own instructions are a part of the secret like the rest of the prompt: they are said to the model, often
 * in words that no visitor should read, and an answer is to be made from the passages. What the public texts say as well
 * is no secret, whoever else says it.
 *
 * @param marker letters and digits; found spelled out and backwards as well
 * @param known texts that a visitor may read
 */
export function leakFilter(secret: string, marker: string, known: readonly string[] = []): LeakFilter {
  const recitals = openRecitals(secret, known);
  const markers = findMarker(marker);
  const reader = characterReader((code) => {
    markers.read(code);
    recitals.read(code);
  });
  let held = '';
  let leaked = false;

  return {
    push(text) {
      let shown = 0;
      for (let at = 0; at < text.length && !leaked; ) {
        const code = text.codePointAt(at) ?? 0;
        reader.read(code);
        at += code > 0xffff ? 2 : 1;
        leaked = markers.found || recitals.are('leaked');
        if (!leaked && !recitals.are('suspicious')) shown = at;
      }
      if (shown === 0) {
        held += text;
        return '';
      }
      const out = held + text.slice(0, shown);
      held = text.slice(shown);
      return out;
    },
    end() {
      if (leaked) return '';
      reader.end();
      recitals.end();
      leaked = markers.found || recitals.are('leaked');
      return leaked ? '' : held;
    },
    get leaked() {
      return leaked;
    },
  };
}

/** One for each way of reading what is said. */
function openRecitals(secret: string, known: readonly string[]) {
  const { letters, consonants, encoded } = formsOf(secret);
  const open = publicWords(known);
  const byLetters = () => byStep(trackRecital(letters, LETTERS, (parts) => open.countLetters(letters, parts)));
  const plain = byLetters();
  const disguised = byLetters();
  const initials = byLetters();
  let isInWord = false;
  const withoutVowels = trackRecital(consonants, CONSONANTS, (parts) => open.countConsonants(consonants, parts));
  const inPieces = trackRecital(encoded, ENCODED, () => Number.POSITIVE_INFINITY);
  const all = [plain.recital, disguised.recital, initials.recital, withoutVowels, inPieces];
  const inCode: Partial<Record<Code, ReturnType<typeof byStep>>> = {};
  const codes = codeReader((code, letter) => {
    let told = inCode[code];
    if (told === undefined) {
      told = inCode[code] = byLetters();
      all.push(told.recital);
    }
    told.hear(letter);
  });
  return {
    /** Whether any of them is. */
    are(what: 'leaked' | 'suspicious') {
      for (const recital of all) if (recital[what]) return true;
      return false;
    },
    read(code: number) {
      codes.read(code);
      const letter = letterOf(code);
      const shown = letter || disguisedLetterOf(code);
      if (isOfCode(code)) inPieces.hear(code);
      if (shown !== NONE) disguised.hear(shown);
      const begins = !isInWord;
      isInWord = letter !== NONE;
      if (letter === NONE) return;
      plain.hear(letter);
      if (begins) initials.hear(letter);
      if (isConsonant(letter)) withoutVowels.hear(letter);
    },
    end: codes.end,
  };
}

function byStep(recital: Recital) {
  let before = NONE;
  return {
    recital,
    hear(letter: number) {
      hearSteps(before, letter, recital.hear);
      before = letter;
    },
  };
}

function isOfCode(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
}
