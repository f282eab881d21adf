/** What becomes of a step that a worker is about to take. */
export type Verdict = 'go' | 'fail before' | 'fail after' | 'die before' | 'die after';

export class StepFailed extends Error {
  override readonly name = 'StepFailed';
}

interface Worker {
  /** Set while it waits before a step. */
  parked: ((verdict: Verdict) => void) | undefined;
  isOver: boolean;
  /** Called when it has parked or is over. */
  onRest: () => void;
}

/**
 * Workers that take one step at a time, each when told: whatever order is chosen is the order in which things happen,
 * and the same choices give the same run. A worker that dies simply never goes on, like a killed process.
 */
export function stepByStep() {
  const workers: Worker[] = [];
  let current: Worker | undefined;

  const atRest = (worker: Worker) =>
    new Promise<void>((resolve) => {
      worker.onRest = resolve;
    });

  /** Wraps what a worker does to the world outside. */
  const step = async <T>(work: () => Promise<T>): Promise<T> => {
    const me = current;
    if (!me) return work();
    const verdict = await new Promise<Verdict>((resolve) => {
      me.parked = resolve;
      me.onRest();
    });
    if (verdict === 'fail before') throw new StepFailed('before the step');
    if (verdict === 'die before') return die(me);
    const result = await work();
    if (verdict === 'fail after') throw new StepFailed('after the step');
    if (verdict === 'die after') return die(me);
    return result;
  };

  const die = (worker: Worker): Promise<never> => {
    worker.isOver = true;
    worker.onRest();
    return new Promise<never>(() => {});
  };

  return {
    step,
    /** Starts a worker, up to its first step. */
    async start(work: () => Promise<unknown>): Promise<void> {
      const worker: Worker = { parked: undefined, isOver: false, onRest: () => {} };
      workers.push(worker);
      const rest = atRest(worker);
      current = worker;
      const over = () => {
        worker.isOver = true;
        worker.onRest();
      };
      void work().then(over, over);
      await rest;
      current = undefined;
    },
    waiting: () => workers.filter((worker) => worker.parked && !worker.isOver).length,
    /** Lets the worker in this place take its step, up to its next. */
    async advance(place: number, verdict: Verdict): Promise<void> {
      const worker = workers.filter((candidate) => candidate.parked && !candidate.isOver)[place];
      const go = worker?.parked;
      if (!worker || !go) return;
      worker.parked = undefined;
      const rest = atRest(worker);
      current = worker;
      go(verdict);
      await rest;
      current = undefined;
    },
  };
}
