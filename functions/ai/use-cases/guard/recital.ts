import { keyOf, type SecretIndex } from './secret-index.ts';

export interface RecitalLimits {
  /** From so many signs in a row on, what follows waits to see whether it goes on. */
  readonly suspectAfter: number;
  /** So many in a row are no coincidence. */
  readonly leakAfter: number;
  /** So many in order, with something else between them. */
  readonly leakInParts: number;
}

export interface Recital {
  /** Hears the next sign of an answer. */
  hear(sign: number): void;
  readonly suspicious: boolean;
  readonly leaked: boolean;
}

/** Signs of an answer that are remembered, to see how far back it agrees with the secret. */
const REMEMBERED = 64;
/** Looked at of the places that share a gram: a secret may be one word again and again. */
const MOST_CANDIDATES = 16;
/** Of the secret and of the answer, so much may lie between two parts of one recital. */
const MAX_SKIPPED = 40;
const MAX_INSERTED = 60;

export interface Part {
  readonly from: number;
  /** Behind its last sign. */
  readonly to: number;
}

/**
 * Follows what is said through the secret: the run that agrees with it now, and the parts before that run which stand in
 * the same order and near to one another, so that a word put in or left out ends nothing.
 *
 * @param countSecret how many signs of the parts no visitor may know; asked only once there are enough to matter
 */
export function trackRecital(
  index: SecretIndex,
  limits: RecitalLimits,
  countSecret: (parts: readonly Part[]) => number,
): Recital {
  const { signs, gram } = index;
  const heard = new Int32Array(2 * REMEMBERED).fill(-2);
  let count = REMEMBERED;
  let next = 0;
  let length = 0;
  let parts: Part[] = [];
  let partsLength = 0;
  let sinceParts = 0;
  let leaked = false;
  let askAgainAt = 0;

  const remember = (sign: number) => {
    if (count === heard.length) {
      heard.copyWithin(0, REMEMBERED);
      count = REMEMBERED;
    }
    heard[count++] = sign;
  };
  const goesOn = (from: number) => {
    const end = parts.at(-1)?.to ?? 0;
    return parts.length > 0 && from >= end && from <= end + MAX_SKIPPED;
  };
  const keepRun = () => {
    const run = { from: next - length, to: next };
    const isNext = goesOn(run.from);
    if (isNext || length > partsLength || sinceParts > MAX_INSERTED + length) {
      parts = isNext ? [...parts, run] : [run];
      partsLength = (isNext ? partsLength : 0) + length;
      askAgainAt = isNext ? askAgainAt : 0;
      sinceParts = 0;
    }
    length = 0;
  };
  const findRun = () => {
    let place = index.last[keyOf(heard, count - 1, gram)] ?? -1;
    for (let tried = 0; place >= 0 && tried < MOST_CANDIDATES; tried += 1) {
      let agreed = 0;
      while (agreed < REMEMBERED && signs[place - agreed] === heard[count - 1 - agreed]) agreed += 1;
      // What goes on with the parts before is taken even where another place agrees for longer.
      const isBetter = agreed > length || (goesOn(place + 1 - agreed) && !goesOn(next - length));
      if (agreed >= gram && isBetter) {
        length = agreed;
        next = place + 1;
      }
      place = index.before[place] ?? -1;
    }
    if (length > 0 && !goesOn(next - length)) askAgainAt = 0;
  };
  const judge = () => {
    const isNext = goesOn(next - length);
    const total = isNext ? partsLength + length : length;
    const enough = length >= limits.leakAfter ? limits.leakAfter : limits.leakInParts;
    if (total < enough || total < askAgainAt) return;
    const secret = countSecret([...(isNext ? parts : []), { from: next - length, to: next }]);
    if (secret >= enough) leaked = true;
    else askAgainAt = total + enough - secret;
  };

  return {
    hear(sign) {
      remember(sign);
      sinceParts += 1;
      if (length > 0 && signs[next] === sign) {
        next += 1;
        length += 1;
      } else {
        if (length > 0) keepRun();
        findRun();
      }
      if (sinceParts > MAX_INSERTED + length) parts = [];
      if (length >= gram) judge();
    },
    get suspicious() {
      return length >= limits.suspectAfter;
    },
    get leaked() {
      return leaked;
    },
  };
}
