/** A pump that has posted all that it was given. */
export interface HeldPump {
  readonly connectionId: string;
  readonly holder: string;
  /** The last number it has posted. */
  readonly delivered: number;
}

export interface PumpHold<Keys extends readonly string[]> {
  /** Keeps the pump for the conversation's next frame; after a moment without one it is let go. */
  keep(keys: Keys, pump: HeldPump): void;
  /** Those kept for the conversation, all of one holder. Who takes them posts with them or lets them go. */
  take(keys: Keys): readonly HeldPump[];
  /** Lets go what is kept for the conversation: before a writer stops without a last frame. */
  letGo(keys: Keys): Promise<void>;
}

/**
 * A writer of many small frames hands its pump on from one frame to the next, so that a frame costs one script and not
 * two. What another process appends meanwhile is posted with the writer's next frame, or when the moment is over.
 */
export function holdPumps<Keys extends readonly string[]>(
  end: (keys: Keys, pump: HeldPump) => Promise<void>,
  momentMs: number,
): PumpHold<Keys> {
  const held = new Map<string, { readonly pumps: HeldPump[]; readonly timer: NodeJS.Timeout }>();
  const nameOf = (keys: Keys) => keys[0] ?? '';
  // Whoever was promised a post has been told of its failure; an abandoned pump ends with its lease.
  const endAll = (keys: Keys, pumps: readonly HeldPump[]) => Promise.allSettled(pumps.map((pump) => end(keys, pump)));

  const remove = (keys: Keys): HeldPump[] => {
    const entry = held.get(nameOf(keys));
    clearTimeout(entry?.timer);
    held.delete(nameOf(keys));
    return entry?.pumps ?? [];
  };

  return {
    keep(keys, pump) {
      const pumps = [...remove(keys), pump];
      const timer = setTimeout(() => void endAll(keys, remove(keys)), momentMs);
      held.set(nameOf(keys), { pumps, timer });
    },
    take(keys) {
      const pumps = remove(keys);
      const mine = pumps.filter(({ holder }) => holder === pumps[0]?.holder);
      void endAll(
        keys,
        pumps.filter((pump) => !mine.includes(pump)),
      );
      return mine;
    },
    async letGo(keys) {
      await endAll(keys, remove(keys));
    },
  };
}
