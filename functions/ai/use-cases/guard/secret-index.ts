/** The forms of a secret as one row of numbers, so that what is said can be looked up in it by any few in a row. */
export interface SecretIndex {
  readonly signs: Int32Array;
  /** How many signs in a row are looked up. */
  readonly gram: number;
  /** By the key of a gram, the last place where one with this key ends, or -1. */
  readonly last: Int32Array;
  /** By place, the place before it with the same key, or -1. */
  readonly before: Int32Array;
}

/** Stands between two forms, and is never said. */
const BETWEEN = -1;
const KEY_BITS = 14;

export function indexSigns(forms: readonly ArrayLike<number>[], gram: number): SecretIndex {
  const signs = new Int32Array(forms.reduce((sum, form) => sum + form.length + 1, 0)).fill(BETWEEN);
  let start = 0;
  for (const form of forms) {
    signs.set(form, start);
    start += form.length + 1;
  }
  const last = new Int32Array(1 << KEY_BITS).fill(-1);
  const before = new Int32Array(signs.length).fill(-1);
  for (let place = gram - 1; place < signs.length; place += 1) {
    const key = keyOf(signs, place, gram);
    before[place] = last[key] ?? -1;
    last[key] = place;
  }
  return { signs, gram, last, before };
}

/** A number for the signs that end at a place; the same signs have the same one. */
export function keyOf(signs: Int32Array, end: number, gram: number): number {
  return wideKeyOf(signs, end, gram) >>> (32 - KEY_BITS);
}

/** One that hardly any other signs have. */
export function wideKeyOf(signs: Int32Array, end: number, gram: number): number {
  let key = 0;
  for (let place = end - gram + 1; place <= end; place += 1) key = Math.imul(key ^ (signs[place] ?? 0), 0x9e3779b1);
  return key;
}
