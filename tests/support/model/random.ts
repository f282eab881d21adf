/** Numbers from 0 to 1, always the same for the same seed. */
export function randomFrom(seed: number): () => number {
  let state = Math.imul(seed, 2_654_435_761) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 4_294_967_296;
  };
}

/** @param from not empty */
export const pick = <T>(random: () => number, from: readonly T[]) => from[Math.floor(random() * from.length)] as T;
