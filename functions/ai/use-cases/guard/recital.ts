import { openChains } from './recital-chains.ts';
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

/** A run of the secret's signs. */
export interface Part {
  readonly from: number;
  /** Behind its last sign. */
  readonly to: number;
}

/** Signs of an answer that are remembered, to see how far back it agrees with the secret. */
const REMEMBERED = 64;
const NEVER_HEARD = -2;
/** Looked at of the places that share a gram: a secret may be one word again and again. */
const MOST_CANDIDATES = 16;

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
  const heard = new Int32Array(2 * REMEMBERED).fill(NEVER_HEARD);
  const chains = openChains();
  let count = REMEMBERED;
  let next = 0;
  let length = 0;
  let leaked = false;
  let askAgainAt = 0;

  const remember = (sign: number) => {
    if (count === heard.length) {
      heard.copyWithin(0, REMEMBERED);
      count = REMEMBERED;
    }
    heard[count++] = sign;
  };
  const findRun = () => {
    let best = 0;
    let place = index.last[keyOf(heard, count - 1, gram)] ?? -1;
    for (let tried = 0; place >= 0 && tried < MOST_CANDIDATES; tried += 1) {
      let agreed = 0;
      while (agreed < REMEMBERED && signs[place - agreed] === heard[count - 1 - agreed]) agreed += 1;
      const total = agreed < gram ? 0 : agreed + chains.lengthBefore({ from: place + 1 - agreed, to: place + 1 });
      // What goes on with the parts before is taken even where another place agrees for longer.
      if (total > best) {
        best = total;
        length = agreed;
        next = place + 1;
      }
      place = index.before[place] ?? -1;
    }
    askAgainAt = 0;
  };
  const judge = () => {
    const run = { from: next - length, to: next };
    const enough = length >= limits.leakAfter ? limits.leakAfter : limits.leakInParts;
    const total = length + chains.lengthBefore(run);
    if (total < enough || total < askAgainAt) return;
    const secret = countSecret([...chains.partsBefore(run), run]);
    if (secret >= enough) leaked = true;
    else askAgainAt = total + enough - secret;
  };

  return {
    hear(sign) {
      remember(sign);
      chains.tick();
      if (length > 0 && signs[next] === sign) {
        next += 1;
        length += 1;
      } else {
        if (length > 0) chains.add({ from: next - length, to: next });
        length = 0;
        findRun();
      }
      if (length > 0) judge();
    },
    get suspicious() {
      return length >= limits.suspectAfter;
    },
    get leaked() {
      return leaked;
    },
  };
}
