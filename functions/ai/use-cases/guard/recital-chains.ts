import type { Part } from './recital.ts';

/** Of the secret and of the answer, so much may lie between two parts of one recital. */
const MAX_SKIPPED = 40;
const MAX_INSERTED = 60;
/** Chance begins others beside the one that matters. */
const MOST_CHAINS = 6;

interface Chain {
  readonly parts: readonly Part[];
  readonly length: number;
  /** How much had been said at its end. */
  readonly endedAt: number;
}

/** Parts of a secret that were said in their order, near to one another. */
export function openChains() {
  let chains: readonly Chain[] = [];
  let said = 0;

  const isAlive = (chain: Chain, length: number) => said - length - chain.endedAt <= MAX_INSERTED;
  /** The longest that a run which was just said goes on with. */
  const chainBefore = ({ from, to }: Part) => {
    let best: Chain | undefined;
    for (const chain of chains) {
      const end = chain.parts.at(-1)?.to ?? 0;
      const isNear = from >= end && from <= end + MAX_SKIPPED && isAlive(chain, to - from);
      if (isNear && chain.length > (best?.length ?? 0)) best = chain;
    }
    return best;
  };
  return {
    /** One more sign was said. */
    tick() {
      said += 1;
    },
    add(part: Part) {
      const length = part.to - part.from;
      const before = chainBefore(part);
      const grown = {
        parts: [...(before?.parts ?? []), part],
        length: (before?.length ?? 0) + length,
        endedAt: said,
      };
      const others = chains.filter((chain) => chain !== before && isAlive(chain, length));
      chains = [grown, ...others].slice(0, MOST_CHAINS);
    },
    lengthBefore: (part: Part) => (chains.length === 0 ? 0 : (chainBefore(part)?.length ?? 0)),
    partsBefore: (part: Part) => chainBefore(part)?.parts ?? [],
  };
}
