import type { CancelSignal } from '../../../../shared/lifecycles/turn/cancel-signal.ts';

/** Listens for visitors who stop their answers. */
export interface CancelWatch {
  /** Calls `onCancel` once, when the visitor has asked to stop. @returns what ends the listening */
  watch(creatorId: string, turnId: string, onCancel: () => void): () => void;
}

const LOOK_EVERY_MS = 250;

/**
 * One look for all turns of a creator that this instance works on: apart, a hundred answers would ask Redis four hundred
 * times a second. A look that fails is no news, as the turn's row tells as well.
 */
export function openCancelWatch(
  { raisedAmong }: Pick<CancelSignal, 'raisedAmong'>,
  everyMs: number = LOOK_EVERY_MS,
): CancelWatch {
  const watched = new Map<string, Map<string, () => void>>();
  let timer: NodeJS.Timeout | undefined;
  let looking = false;

  const lookAt = async (creatorId: string, turns: ReadonlyMap<string, () => void>) => {
    for (const turnId of await raisedAmong(creatorId, [...turns.keys()])) {
      const onCancel = turns.get(turnId);
      forget(creatorId, turnId);
      onCancel?.();
    }
  };
  const look = async () => {
    if (looking) return;
    looking = true;
    await Promise.allSettled([...watched].map(([creatorId, turns]) => lookAt(creatorId, turns)));
    looking = false;
  };
  const forget = (creatorId: string, turnId: string) => {
    const turns = watched.get(creatorId);
    turns?.delete(turnId);
    if (turns?.size === 0) watched.delete(creatorId);
    if (watched.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };

  return {
    watch(creatorId, turnId, onCancel) {
      const turns = watched.get(creatorId) ?? new Map<string, () => void>();
      watched.set(creatorId, turns.set(turnId, onCancel));
      timer ??= setInterval(() => void look(), everyMs);
      return () => forget(creatorId, turnId);
    },
  };
}
