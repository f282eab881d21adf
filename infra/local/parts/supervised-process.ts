import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PartFailure } from './part-failure.ts';
import type { PartRegistry } from './part-registry.ts';

const LOG_LIMIT_BYTES = 5_000_000;
const LONGEST_PAUSE_MS = 3_000;

export interface ProcessSpec {
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly options?: SpawnOptions;
  /** Everything the process prints goes here; begun anew when it has grown past 5 MB. */
  readonly logFile: string;
  /** Asked every few milliseconds until it says yes. */
  readonly isReady: (pid: number) => Promise<boolean> | boolean;
  readonly readyWithinMs: number;
  readonly stopSignal: NodeJS.Signals;
  readonly registry: PartRegistry;
  readonly onProgress: (message: string) => void;
  /** What to do before a restart, for instance to clear away what a killed process left. */
  readonly beforeRestart?: () => Promise<void>;
  /** Finds the line worth showing in what the process printed before it gave up. */
  readonly explain?: (log: string) => string | undefined;
}

export interface SupervisedProcess {
  /** Ends it for good. */
  stop(): Promise<void>;
}

/**
 * A child process that is started again when it dies: after 100 ms, then with growing pauses. Its standard input is
 * a pipe that closes when this process dies, which our own children take as the order to end.
 * @throws PartFailure when the first start fails
 */
export async function superviseProcess(spec: ProcessSpec): Promise<SupervisedProcess> {
  let stopping = false;
  let child = await launch(spec);
  const watch = () => child.once('exit', () => void restart());
  const restart = async () => {
    spec.registry.childEnded(spec.name);
    for (let pause = 100; !stopping; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      spec.onProgress('ended unexpectedly; starting it again');
      await sleep(pause);
      if (stopping) return;
      try {
        await spec.beforeRestart?.();
        child = await launch(spec);
        if (stopping) return void (await end(child, spec));
        watch();
        return;
      } catch (error) {
        spec.onProgress(error instanceof Error ? error.message : String(error));
      }
    }
  };
  watch();
  return {
    async stop() {
      stopping = true;
      await end(child, spec);
      spec.registry.childEnded(spec.name);
    },
  };
}

async function launch(spec: ProcessSpec): Promise<ChildProcess> {
  const { child, logFrom } = spawnWithLog(spec);
  const deadline = Date.now() + spec.readyWithinMs;
  for (;;) {
    const { pid } = child;
    if (pid === undefined || child.exitCode !== null || child.signalCode !== null) {
      throw new PartFailure(`${spec.name} did not start: ${reason(spec, logFrom)}`);
    }
    if (await spec.isReady(pid)) return child;
    if (Date.now() > deadline) {
      await end(child, spec);
      throw new PartFailure(`${spec.name} did not get ready within ${spec.readyWithinMs / 1000} s (${spec.logFile})`);
    }
    await sleep(10);
  }
}

function spawnWithLog(spec: ProcessSpec): { child: ChildProcess; logFrom: number } {
  mkdirSync(dirname(spec.logFile), { recursive: true });
  const size = statSync(spec.logFile, { throwIfNoEntry: false })?.size ?? 0;
  const log = openSync(spec.logFile, size > LOG_LIMIT_BYTES ? 'w' : 'a');
  try {
    // A group of its own: Ctrl-C in a terminal reaches this process alone, which then stops its parts in order.
    const child = spawn(spec.file, spec.args, { ...spec.options, detached: true, stdio: ['pipe', log, log] });
    child.on('error', () => {}); // Shown by `launch`, which finds no pid.
    child.stdin?.on('error', () => {});
    if (child.pid !== undefined) spec.registry.childStarted(spec.name, child.pid);
    return { child, logFrom: size > LOG_LIMIT_BYTES ? 0 : size };
  } finally {
    closeSync(log);
  }
}

async function end(child: ChildProcess, spec: ProcessSpec): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill(spec.stopSignal);
  const insist = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await gone;
  clearTimeout(insist);
}

function reason(spec: ProcessSpec, logFrom: number): string {
  const log = readFileSync(spec.logFile).subarray(logFrom).toString('utf8');
  const line = spec.explain?.(log) ?? log.trim().split('\n').at(-1);
  return `${line?.slice(0, 300) || `${spec.file} cannot be run`} (log: ${spec.logFile})`;
}
