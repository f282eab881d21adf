import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { compareSync, hashSync } from 'bcryptjs';

/** bcrypt off the event loop: at cost 12 it would stall every other request for a quarter of a second. */
export interface BcryptWorkers {
  hash(text: string, cost: number): Promise<string>;
  compare(text: string, hash: string): Promise<boolean>;
  close(): Promise<void>;
}

type Task =
  | { readonly kind: 'hash'; readonly text: string; readonly cost: number }
  | { readonly kind: 'compare'; readonly text: string; readonly hash: string };

interface Job {
  readonly task: Task;
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: Error) => void;
}

const ROLE = 'understudy-bcrypt';

// The thread runs this very module again, which in a bundle is the bundle itself: one file then suffices on Lambda,
// where there is no second file or package to load. Everything else in the bundle stays asleep there.
if (!isMainThread && workerData?.role === ROLE) {
  const port = parentPort;
  port?.on('message', (task: Task) => {
    try {
      port.postMessage({
        value: task.kind === 'hash' ? hashSync(task.text, task.cost) : compareSync(task.text, task.hash),
      });
    } catch (error) {
      port.postMessage({ error: error instanceof Error ? error.message : String(error) });
    }
  });
}

/** Threads start with the first job, and never keep the process alive by themselves. */
export function openBcryptWorkers({ size }: { size: number }): BcryptWorkers {
  const waiting: Job[] = [];
  const idle: Worker[] = [];
  const running = new Map<Worker, Job>();

  const pump = () => {
    while (waiting.length > 0) {
      const worker = idle.pop() ?? (running.size < size ? startWorker(finish, fail) : undefined);
      const job = worker && waiting.shift();
      if (!worker || !job) return;
      running.set(worker, job);
      worker.ref();
      worker.postMessage(job.task);
    }
  };
  const finish = (worker: Worker, outcome: { value?: unknown; error?: string }) => {
    const job = running.get(worker);
    running.delete(worker);
    worker.unref();
    idle.push(worker);
    if (outcome.error === undefined) job?.resolve(outcome.value);
    else job?.reject(new Error(outcome.error));
    pump();
  };
  const fail = (worker: Worker, error: Error) => {
    running.get(worker)?.reject(error);
    running.delete(worker);
    const place = idle.indexOf(worker);
    if (place >= 0) idle.splice(place, 1);
    pump();
  };
  const run = (task: Task) =>
    new Promise<unknown>((resolve, reject) => {
      waiting.push({ task, resolve, reject });
      pump();
    });

  return {
    hash: async (text, cost) => (await run({ kind: 'hash', text, cost })) as string,
    compare: async (text, hash) => (await run({ kind: 'compare', text, hash })) as boolean,
    close: async () => {
      await Promise.all([...idle, ...running.keys()].map((worker) => worker.terminate()));
    },
  };
}

function startWorker(
  finish: (worker: Worker, outcome: { value?: unknown; error?: string }) => void,
  fail: (worker: Worker, error: Error) => void,
): Worker {
  // An empty environment: the thread needs no secret.
  const worker = new Worker(new URL(import.meta.url), { workerData: { role: ROLE }, env: {} });
  worker.on('message', (outcome) => finish(worker, outcome));
  worker.on('error', (error: Error) => fail(worker, error));
  worker.on('exit', () => fail(worker, new Error('the password thread ended')));
  return worker;
}
