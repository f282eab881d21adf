import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { DocumentProcessingError } from '../../../shared/errors/document-processing-error.ts';
import { ExtractionLine, type TextBlock } from '../../../shared/models/extraction.ts';
import { BufferedStream } from './buffered-stream.ts';
import { watchMemory } from './memory-watch.ts';

export interface Extractor {
  /**
   * The text of a file, in reading order. The program runs ahead of its reader, so that a slow one does not use up
   * its time. `listener` hears what the file calls itself, before its text is through, and how far reading is.
   *
   * @throws DocumentProcessingError for a fault of the file, its size, or the time and memory it takes
   * @throws the signal's reason when it was aborted, Error when the program itself cannot run
   */
  extract(
    path: string,
    contentType: string,
    signal: AbortSignal,
    listener?: ExtractionListener,
  ): AsyncIterable<TextBlock>;
  /**
   * Whether a file is safe and what it claims to be; the same program under the same watch.
   *
   * @throws DocumentProcessingError with what was found; as `extract` otherwise
   */
  scan(path: string, contentType: string, signal: AbortSignal): Promise<void>;
}

export interface ExtractionListener {
  onTitle(title: string): void;
  /** Pages read, of how many; only of files that have pages. */
  onPages(done: number, total: number): void;
}

export interface ExtractorOptions {
  /** The program's entry file. */
  readonly program: string;
  readonly maxMemoryBytes?: number;
  readonly timeoutMs?: number;
  readonly maxOutputBytes?: number;
  /** Told at the end of each run: the most memory its process held. */
  readonly onPeak?: (bytes: number) => void;
}

type End = { readonly ended: true } | { readonly failure: Error } | undefined;

const MEBIBYTE = 1024 * 1024;
const ADVICE = {
  memory: 'Reading this file takes too much memory. Split it into smaller files and try again.',
  output: 'This file holds more text than one document may. Split it into smaller files and try again.',
  time: 'Reading this file took too long. Split it into smaller files and try again.',
} as const;

/**
 * Runs the extractor as a process of its own: no environment, no right to write, start programs or load native code,
 * watched from outside for memory, time and output. It is ended with its reader.
 */
export function openExtractor(options: ExtractorOptions): Extractor {
  // What grows fast is a little larger by the time it is ended: with it, no file takes more than 512 MiB.
  const maxMemoryBytes = options.maxMemoryBytes ?? 448 * MEBIBYTE;
  const { timeoutMs = 120_000, maxOutputBytes = 128 * MEBIBYTE, program } = options;
  const flags = [
    '--permission',
    '--allow-fs-read=*',
    '--no-warnings',
    '--max-semi-space-size=8',
    `--max-old-space-size=${Math.floor((maxMemoryBytes / MEBIBYTE) * 0.6)}`,
  ];

  // The kernel's own limit ends a busy program even when whoever watches it is gone.
  const limited = `ulimit -t ${2 * Math.ceil(timeoutMs / 1_000)}; exec "$@"`;

  const run = (
    verb: 'read' | 'scan',
    path: string,
    contentType: string,
    signal: AbortSignal,
    listener?: ExtractionListener,
  ) => {
    const blocks = new BufferedStream<TextBlock>();
    const child = spawn(
      '/bin/sh',
      ['-c', limited, 'sh', process.execPath, ...flags, program, verb, path, contentType],
      {
        env: {},
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let end: End;
    let peakBytes = 0;
    let told = '';
    let pages = 0;
    let pagesRead = 0;
    const stop = (failure: Error) => {
      end ??= { failure };
      child.kill('SIGKILL');
    };
    const abort = () => stop(asError(signal.reason));
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    const timer = setTimeout(() => stop(new DocumentProcessingError('TIMED_OUT', ADVICE.time)), timeoutMs);
    const watch = watchMemory(child.pid, maxMemoryBytes, () => {
      stop(new DocumentProcessingError('LIMIT_EXCEEDED', ADVICE.memory));
    });
    blocks.onLeave(() => stop(new Error('nobody reads the extractor any more')));

    let output = 0;
    child.stdout.on('data', (bytes: Buffer) => {
      output += bytes.length;
      if (output > maxOutputBytes) stop(new DocumentProcessingError('LIMIT_EXCEEDED', ADVICE.output));
    });
    child.stderr.on('data', (bytes: Buffer) => {
      told = (told + bytes.toString()).slice(-2_000);
    });
    const lines = createInterface({ input: child.stdout });
    lines.on('line', (line) => {
      if (end) return;
      const parsed = parseLine(line);
      if (parsed && 'peak_bytes' in parsed) peakBytes = parsed.peak_bytes ?? 0;
      if (parsed?.type === 'block') blocks.push(parsed);
      else if (parsed?.type === 'meta') {
        pages = parsed.pages ?? pages;
        pagesRead = parsed.pages_read ?? pagesRead;
        if (parsed.title !== undefined) listener?.onTitle(parsed.title);
        if (pages > 0) listener?.onPages(pagesRead, pages);
      } else if (parsed?.type === 'end') end = { ended: true };
      else if (parsed?.type === 'error') end = { failure: new DocumentProcessingError(parsed.code, parsed.advice) };
      else if (parsed === undefined) stop(new Error('the extractor wrote a line that is none of its own'));
    });

    const settle = (failure: Error | undefined) => {
      clearTimeout(timer);
      watch.stop();
      options.onPeak?.(Math.max(peakBytes, watch.peakBytes()));
      signal.removeEventListener('abort', abort);
      if (failure) blocks.fail(failure);
      else blocks.end();
    };
    child.on('error', settle);
    const closed = new Promise<number | string | null>((resolve) => {
      child.on('close', (code, by) => resolve(code ?? by));
    });
    const read = new Promise<void>((resolve) => lines.on('close', resolve));
    Promise.all([closed, read]).then(([outcome]) => {
      if (end) settle('failure' in end ? end.failure : undefined);
      else settle(crash(outcome, told));
    });
    return blocks;
  };

  return {
    extract: (path, contentType, signal, listener) => run('read', path, contentType, signal, listener),
    async scan(path, contentType, signal) {
      for await (const _ of run('scan', path, contentType, signal));
    },
  };
}

/** V8 aborts when its heap is full, the kernel kills when the machine's memory is. */
function crash(outcome: number | string | null, told: string): Error {
  const outOfMemory =
    outcome === 'SIGABRT' || outcome === 'SIGKILL' || outcome === 134 || /heap out of memory/i.test(told);
  if (outOfMemory) return new DocumentProcessingError('LIMIT_EXCEEDED', ADVICE.memory);
  return new Error(`the extractor ended by ${outcome} without a result: ${told.slice(-500)}`);
}

function parseLine(line: string): ExtractionLine | undefined {
  try {
    return ExtractionLine.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
