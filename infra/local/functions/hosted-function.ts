import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { FunctionModel } from '../template/stack-model.ts';
import { functionArn } from '../template/stack-references.ts';
import type { FunctionLog } from './function-log.ts';
import { createSlots } from './slots.ts';
import { startWorker, type WorkerHandle } from './worker-handle.ts';

export type Outcome =
  | { readonly kind: 'result'; readonly value: unknown }
  | { readonly kind: 'failure'; readonly errorType: string; readonly message: string }
  | { readonly kind: 'timeout' };

/** One function of the stack, in a worker thread that starts with its first event. */
export interface HostedFunction {
  readonly model: FunctionModel;
  /** Never rejects. Waits for a free slot first; `timeoutMs` counts from the call and can only shorten the function's. */
  invoke(event: unknown, timeoutMs?: number): Promise<Outcome>;
  /** Ends the worker at once, as a crash would; events under way fail and the next one starts a new worker. */
  kill(): Promise<void>;
  /** The events under way or waiting. */
  load(): number;
}

/** Lambda gives an event an instance of its own; a worker takes this many at once. */
const EVENTS_AT_ONCE = 128;
/** A worker that has timed out an event and does not answer for this long is stuck, not slow. */
const STUCK_AFTER_MS = 2_000;

export interface FunctionSettings {
  /** What Lambda's runtime adds to the variables of the template. */
  readonly runtimeEnvironment: Readonly<Record<string, string>>;
  readonly log: FunctionLog;
  readonly onFailure: (name: string, message: string) => void;
  /** A worker without events is ended after this long; it starts again with the next one. */
  readonly idleMs?: number | undefined;
}

export function hostFunction(model: FunctionModel, settings: FunctionSettings): HostedFunction {
  const slots = createSlots(EVENTS_AT_ONCE);
  let worker: WorkerHandle | undefined;
  let idleTimer: NodeJS.Timeout | undefined;

  const ensureWorker = (): WorkerHandle => {
    if (worker?.alive()) return worker;
    worker = startWorker(workerOptions(model, settings));
    return worker;
  };
  const endWhenIdle = () => {
    if (settings.idleMs === undefined) return;
    clearTimeout(idleTimer);
    idleTimer = setTimeout(() => {
      if (slots.load() === 0) void worker?.terminate();
    }, settings.idleMs).unref();
  };

  const run = async (event: unknown, deadlineAtMs: number): Promise<Outcome> => {
    const current = ensureWorker();
    const outcome = await current.send(event, randomUUID(), deadlineAtMs);
    if (outcome.kind === 'timeout' && !(await current.answers(STUCK_AFTER_MS))) await current.terminate();
    return outcome;
  };

  return {
    model,
    load: slots.load,
    kill: async () => worker?.terminate(),
    invoke: async (event, timeoutMs = model.timeoutMs) => {
      const givesUpAtMs = Date.now() + timeoutMs;
      const release = await slots.take(givesUpAtMs);
      if (!release) return { kind: 'timeout' };
      try {
        const outcome = await run(event, Math.min(givesUpAtMs, Date.now() + model.timeoutMs));
        if (outcome.kind === 'failure') settings.onFailure(model.name, `${outcome.errorType}: ${outcome.message}`);
        if (outcome.kind === 'timeout') settings.onFailure(model.name, 'timed out');
        return outcome;
      } finally {
        release();
        endWhenIdle();
      }
    },
  };
}

function workerOptions(model: FunctionModel, settings: FunctionSettings) {
  const [file = 'index', exportName = 'handler'] = model.handler.split('.');
  return {
    settings: {
      modulePath: join(model.codeFolder, `${file}.mjs`),
      exportName,
      functionName: model.name,
      functionArn: functionArn(model.logicalId),
      memoryMb: model.memoryMb,
    },
    env: {
      ...settings.runtimeEnvironment,
      AWS_LAMBDA_FUNCTION_NAME: model.name,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(model.memoryMb),
      LAMBDA_TASK_ROOT: model.codeFolder,
      ...model.environment,
    },
    log: settings.log,
  };
}
