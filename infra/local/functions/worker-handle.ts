import { Worker } from 'node:worker_threads';
import { COMPILE_CACHE_ENV } from '../compile-cache.ts';
import type { FunctionLog } from './function-log.ts';
import type { Outcome } from './hosted-function.ts';
import { openWaits } from './open-waits.ts';
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

export function startWorker(options: WorkerOptions): WorkerHandle {
  const { log } = options;
  const worker = startThread(options);
  const outcomes = openWaits<Outcome>();
  const pongs = openWaits<boolean>();
  let ended = false;

  const end = (message: string) => {
    ended = true;
    outcomes.settleAll({ kind: 'failure', errorType: 'WorkerEnded', message });
  };
  worker.on('message', (message: FromWorker) => {
    if (message.kind === 'pong') return pongs.settle(message.id, true);
    const { id, ...outcome } = message;
    outcomes.settle(id, outcome);
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
    send(event, requestId, deadlineAtMs) {
      const { id, answer } = outcomes.open(deadlineAtMs - Date.now(), { kind: 'timeout' });
      post({ kind: 'invoke', id, event, requestId, deadlineAtMs });
      return answer;
    },
    answers(withinMs) {
      const { id, answer } = pongs.open(withinMs, false);
      post({ kind: 'ping', id });
      return answer;
    },
  };
}

function startThread({ settings, env, log }: WorkerOptions): Worker {
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
  return worker;
}
