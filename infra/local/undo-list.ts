export interface UndoList {
  add(what: string, undo: () => Promise<void> | void): void;
  /** Undoes everything, last first, each in spite of the others' failures. A second call waits for the first. */
  run(): Promise<void>;
}

export function createUndoList(): UndoList {
  const steps: { what: string; undo: () => Promise<void> | void }[] = [];
  let running: Promise<void> | undefined;

  const runAll = async () => {
    for (let step = steps.pop(); step; step = steps.pop()) {
      try {
        await step.undo();
      } catch (error) {
        process.stderr.write(`${step.what} did not stop cleanly: ${error instanceof Error ? error.message : error}\n`);
      }
    }
  };
  return {
    add: (what, undo) => {
      steps.push({ what, undo });
    },
    run: () => {
      running ??= runAll();
      return running;
    },
  };
}
