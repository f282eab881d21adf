import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { DocumentProcessingError } from '../../../shared/errors/document-processing-error.ts';
import { watchMemory } from './memory-watch.ts';

export interface ExtractorLimits {
  readonly maxMemoryBytes: number;
  readonly timeoutMs: number;
  /** Without a word from the program: a page or a scan takes no as long, a file made to hold it up does. */
  readonly silenceMs: number;
  readonly maxOutputBytes: number;
}

export type ExtractorProcess = ChildProcessByStdio<null, Readable, Readable>;

export interface ProcessWatch {
  stop(): void;
  /** The most memory that was seen from outside. */
  peakBytes(): number;
}

const MEBIBYTE = 1024 * 1024;
const ADVICE = {
  memory: 'Reading this file takes too much memory. Split it into smaller files and try again.',
  output: 'This file holds more text than one document may. Split it into smaller files and try again.',
  time: 'Reading this file took too long. Split it into smaller files and try again.',
} as const;

/** What is started: the program, and where its libraries lie when they are not in its own folder. */
export interface ExtractorCommand {
  readonly program: string;
  readonly libraries: readonly string[];
  readonly verb: 'read' | 'scan';
  readonly path: string;
  readonly contentType: string;
}

/**
 * Starts the program without an environment and without the right to write, start programs or load native code. It may
 * read its own folder, the one file, and how much memory it takes.
 */
export function startExtractor(command: ExtractorCommand, limits: ExtractorLimits): ExtractorProcess {
  const { program, libraries, verb, path, contentType } = command;
  const readable = [...foldersOf(program), ...libraries, path, '/proc/self/status'];
  const flags = [
    '--permission',
    ...readable.map((each) => `--allow-fs-read=${each}`),
    '--no-warnings',
    '--max-semi-space-size=8',
    `--max-old-space-size=${Math.floor((limits.maxMemoryBytes / MEBIBYTE) * 0.6)}`,
  ];
  // The kernel's own limit ends a busy program even when whoever watches it is gone.
  const limited = `ulimit -t ${2 * Math.ceil(limits.timeoutMs / 1_000)}; exec "$@"`;
  return spawn('/bin/sh', ['-c', limited, 'sh', process.execPath, ...flags, program, verb, path, contentType], {
    env: {},
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Under the name it was given, and under the one that Node makes of it. */
function foldersOf(program: string): string[] {
  const folder = dirname(program);
  return [`${folder}/`, ...(existsSync(folder) ? [`${realpathSync(folder)}/`] : [])];
}

/**
 * Watches a run from outside, for memory, time, output and the caller's signal, and calls `stop` with what is to be
 * said of it: a DocumentProcessingError, or the signal's reason.
 */
export function watchExtractor(
  child: ExtractorProcess,
  limits: ExtractorLimits,
  signal: AbortSignal,
  stop: (failure: Error) => void,
): ProcessWatch {
  const abort = () => stop(asError(signal.reason));
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  const timer = setTimeout(() => stop(new DocumentProcessingError('TIMED_OUT', ADVICE.time)), limits.timeoutMs);
  const memory = watchMemory(child.pid, limits.maxMemoryBytes, () => stop(outOfMemory()));
  const silence = setTimeout(() => stop(new DocumentProcessingError('TIMED_OUT', ADVICE.time)), limits.silenceMs);
  let output = 0;
  child.stdout.on('data', (bytes: Buffer) => {
    silence.refresh();
    output += bytes.length;
    if (output > limits.maxOutputBytes) stop(new DocumentProcessingError('LIMIT_EXCEEDED', ADVICE.output));
  });
  return {
    stop() {
      clearTimeout(timer);
      clearTimeout(silence);
      memory.stop();
      signal.removeEventListener('abort', abort);
    },
    peakBytes: () => memory.peakBytes(),
  };
}

/**
 * What an end without a result means: V8 aborts when its heap is full, the kernel kills when the machine's memory is.
 *
 * @param outcome the exit code or the signal
 * @param told the end of what the program wrote to its error output
 */
export function crashOf(outcome: number | string | null, told: string): Error {
  const ranOut = outcome === 'SIGABRT' || outcome === 'SIGKILL' || outcome === 134 || /heap out of memory/i.test(told);
  if (ranOut) return outOfMemory();
  return new Error(`the extractor ended by ${outcome} without a result: ${told.slice(-500)}`);
}

const outOfMemory = () => new DocumentProcessingError('LIMIT_EXCEEDED', ADVICE.memory);

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
