import { Worker } from 'node:worker_threads';
import { COMPILE_CACHE_ENV } from '../compile-cache.ts';
import type { FunctionLog } from './function-log.ts';
import type { Outcome } from './hosted-function.ts';
import type { FromWorker, ToWorker, WorkerSettings } from './worker-messages.ts';

export interface WorkerHandle {
  /** Hands an event over; settles at the latest at the deadline, or when the worker ends. Never rejects. */
  send(event: unknown, requestId: string, deadlineAtMs: number): Promise<Outcome>;
  /** Whether the worker's event loop still turns. */
  answers(withinMs: number): Promise<boolean>;
  alive(): boolean;
  terminate(): Promise<void>;
}

export interface WorkerOptions {
  readonly settings: WorkerSettings;
  /** All the variables the function sees. */
  readonly env: Readonly<Record<string, string>>;
  readonly log: FunctionLog;
}

export function startWorker({ settings, env, log }: WorkerOptions): WorkerHandle {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: settings,
    env: { ...env, ...COMPILE_CACHE_ENV },
    stdout: true,
    stderr: true,
    execArgv: ['--disable-warning=ExperimentalWarning'],
    resourceLimits: { maxOldGenerationSizeMb: settings.memoryMb },
    name: settings.functionName,
  });
  log.follow(worker.stdout);
  log.follow(worker.stderr);

  const pending = new Map<number, (outcome: Outcome) => void>();
  const pings = new Map<number, () => void>();
  let lastId = 0;
  let ended = false;

  const end = (message: string) => {
    ended = true;
    for (const settle of pending.values()) settle({ kind: 'failure', errorType: 'WorkerEnded', message });
    pending.clear();
  };
  worker.on('message', (message: FromWorker) => {
    if (message.kind === 'pong') return pings.get(message.id)?.();
    const { id, ...outcome } = message;
    pending.get(id)?.(outcome);
  });
  worker.on('error', (error: Error) => {
    log.write(error.stack ?? error.message);
    end(error.message);
  });
  worker.on('exit', (code) => end(`the worker ended with code ${code}`));

  const post = (message: ToWorker) => worker.postMessage(message);

  return {
    alive: () => !ended,
    terminate: async () => {
      ended = true;
      await worker.terminate();
    },
    send: (event, requestId, deadlineAtMs) =>
      new Promise((resolve) => {
        lastId += 1;
        const id = lastId;
        const settle = (outcome: Outcome) => {
          clearTimeout(timer);
          pending.delete(id);
          resolve(outcome);
        };
        const timer = setTimeout(() => settle({ kind: 'timeout' }), Math.max(0, deadlineAtMs - Date.now()));
        pending.set(id, settle);
        post({ kind: 'invoke', id, event, requestId, deadlineAtMs });
      }),
    answers: (withinMs) =>
      new Promise((resolve) => {
        lastId += 1;
        const id = lastId;
        const settle = (alive: boolean) => {
          clearTimeout(timer);
          pings.delete(id);
          resolve(alive);
        };
        const timer = setTimeout(() => settle(false), withinMs);
        pings.set(id, () => settle(true));
        post({ kind: 'ping', id });
      }),
  };
}
