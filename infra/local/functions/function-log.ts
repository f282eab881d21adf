import { createWriteStream, renameSync, statSync, type WriteStream } from 'node:fs';
import type { Readable } from 'node:stream';

/** Appends what a function writes to `<folder>/<function>.log`. */
export interface FunctionLog {
  follow(stream: Readable): void;
  write(line: string): void;
  close(): Promise<void>;
}

/** A longer log of earlier runs is put aside when the function writes again. */
const MAX_KEPT_BYTES = 20 * 1024 * 1024;

export function openFunctionLog(path: string): FunctionLog {
  let file: WriteStream | undefined;
  const target = () => {
    if (file) return file;
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    if (size > MAX_KEPT_BYTES) renameSync(path, `${path}.old`);
    file = createWriteStream(path, { flags: 'a' }).on('error', () => {}); // A full disk must not end the host.
    return file;
  };
  return {
    follow: (stream) => {
      stream.on('data', (bytes: Buffer) => target().write(bytes));
    },
    write: (line) => {
      target().write(`${line}\n`);
    },
    close: () => new Promise((resolve) => (file ? file.end(() => resolve()) : resolve())),
  };
}
