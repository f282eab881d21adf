import { createInterface } from 'node:readline';
import type { TextBlock } from '../../../shared/models/extraction.ts';
import { type ExtractionListener, ExtractorOutput } from './extractor-output.ts';
import {
  crashOf,
  type ExtractorLimits,
  type ExtractorProcess,
  startExtractor,
  watchExtractor,
} from './extractor-process.ts';

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

export interface ExtractorOptions {
  /** The program's entry file. */
  readonly program: string;
  /** Folders it reads beside its own; none where it is built into one file. */
  readonly libraries?: readonly string[];
  readonly maxMemoryBytes?: number;
  readonly timeoutMs?: number;
  readonly silenceMs?: number;
  readonly maxOutputBytes?: number;
  /** Told at the end of each run: the most memory its process held. */
  readonly onPeak?: (bytes: number) => void;
}

const MEBIBYTE = 1024 * 1024;

/**
 * Runs the extractor as a process of its own: no environment, no right to write, start programs, load native code or
 * read anything but its folder and the one file, watched from outside for memory, time and output. It is ended with its
 * reader.
 */
export function openExtractor(options: ExtractorOptions): Extractor {
  const limits: ExtractorLimits = {
    // What grows fast is a little larger by the time it is ended: with it, no file takes more than 512 MiB.
    maxMemoryBytes: options.maxMemoryBytes ?? 400 * MEBIBYTE,
    timeoutMs: options.timeoutMs ?? 120_000,
    silenceMs: options.silenceMs ?? 15_000,
    maxOutputBytes: options.maxOutputBytes ?? 128 * MEBIBYTE,
  };

  const run = (
    verb: 'read' | 'scan',
    path: string,
    contentType: string,
    signal: AbortSignal,
    listener?: ExtractionListener,
  ): AsyncIterable<TextBlock> => {
    const output = new ExtractorOutput(listener);
    const { program, libraries = [] } = options;
    const child = startExtractor({ program, libraries, verb, path, contentType }, limits);
    const stop = (failure: Error) => {
      output.end ??= { failure };
      child.kill('SIGKILL');
    };
    const watch = watchExtractor(child, limits, signal, stop);
    output.blocks.onLeave(() => stop(new Error('nobody reads the extractor any more')));
    const settle = (failure: Error | undefined) => {
      watch.stop();
      options.onPeak?.(Math.max(output.peakBytes, watch.peakBytes()));
      if (failure) output.blocks.fail(failure);
      else output.blocks.end();
    };
    child.on('error', settle);
    followToEnd(child, (line) => {
      if (!output.take(line)) stop(new Error('the extractor wrote a line that is none of its own'));
    }).then(({ outcome, told }) => settle(output.end ? output.end.failure : crashOf(outcome, told)));
    return output.blocks;
  };

  return {
    extract: (path, contentType, signal, listener) => run('read', path, contentType, signal, listener),
    async scan(path, contentType, signal) {
      for await (const _ of run('scan', path, contentType, signal));
    },
  };
}

/** Resolves once the process has ended and its last line was given to `onLine`. */
async function followToEnd(
  child: ExtractorProcess,
  onLine: (line: string) => void,
): Promise<{ readonly outcome: number | string | null; readonly told: string }> {
  let told = '';
  child.stderr.on('data', (bytes: Buffer) => {
    told = (told + bytes.toString()).slice(-2_000);
  });
  const lines = createInterface({ input: child.stdout });
  lines.on('line', onLine);
  const closed = new Promise<number | string | null>((resolve) => {
    child.on('close', (code, by) => resolve(code ?? by));
  });
  const read = new Promise<void>((resolve) => lines.on('close', resolve));
  const [outcome] = await Promise.all([closed, read]);
  return { outcome, told };
}
