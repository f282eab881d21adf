import { isEnding } from './bare-address.ts';
import { endingsBehind } from './full-stops.ts';

/** What stood before the blank, as far as it could go on as an address behind it: `evil . com`. */
export interface WordBefore {
  /** The next word waits for its end. */
  readonly mayGoOn: boolean;
  /** A site may be called so: it is no word that stands before a noun. */
  readonly isName: boolean;
  isParted(plain: string): boolean;
}

/** `.zip` may be a kind of file and `.net` a language: these alone are no such thing. */
const PARTED_ENDING = /^\.(?!(?:app|cc|md|ml|mov|net|pl|ps|py|rs|sh|so|zip)(?:[^\p{L}\p{N}]|$))/u;
/** `a .com address` speaks of endings. */
const SPEAKS_OF_ENDINGS =
  /^[^\p{L}\p{N}]*(?:(?:a|an|the|any|each|every|no|your|my|our|of|as|in|with|or|and|to|for|from|is|ein|eine|einer|einen|eines|die|der|das|den|dem|als|und|oder|mit|un|una|el|la|los|las|le|les|du|de|des|et|ou|y|o|con|com|het|een)[^\p{L}\p{N}]*)?$/iu;
const AFTER_STOP = /^(?:com|net|org|info)(?![\p{L}\p{N}])/u;
/** After these a word in small letters goes on with the sentence. */
const SHORTENED = /(?:^|[^\p{L}])(?:aprox|approx|art|av|dr|etc|m[áa]x|m[íi]n|no|p[áa]g|sr|sra|tel)\.$/iu;

export const NO_WORD: WordBefore = { mayGoOn: false, isName: false, isParted: () => false };

/**
 * @param word unmasked, and whole
 * @param before the word before it
 */
export function wordBefore(word: string, before: WordBefore): WordBefore {
  if (/^\.+$/.test(word)) return { mayGoOn: true, isName: false, isParted: (plain) => isEnding(nameIn(plain)) };
  const endings = before.isName ? endingsBehind(word) : undefined;
  if (endings) return { mayGoOn: true, isName: true, isParted: (plain) => endings.test(nameIn(plain)) };
  if (/[\p{L}\p{N}]\.$/u.test(word) && !SHORTENED.test(word)) {
    return { mayGoOn: true, isName: false, isParted: (plain) => AFTER_STOP.test(plain) };
  }
  if (SPEAKS_OF_ENDINGS.test(word)) return NO_WORD;
  const isParted = (plain: string) => PARTED_ENDING.test(plain) && isEnding(nameIn(plain.slice(1)));
  return { mayGoOn: false, isName: /[\p{L}\p{N}]/u.test(word), isParted };
}

function nameIn(plain: string): string {
  return /^[^\p{L}\p{N}]*([\p{L}\p{N}-]+)/u.exec(plain)?.[1] ?? '';
}
