import type { IncomingMessage } from 'node:http';

/** The whole body, or undefined as soon as it is longer than `maxBytes`. @throws Error when the client breaks off */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return undefined;
  const parts: Buffer[] = [];
  let size = 0;
  // The connection is still needed for the answer.
  for await (const part of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > maxBytes) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

const MAX_DISCARDED_BYTES = 64 * 1024 * 1024;
const SILENT_FOR_MS = 1_000;

/**
 * Takes in the rest of a body and forgets it: a client that is still sending would find the connection closed instead of
 * the answer. Settles when it is through, silent, or past all bounds.
 */
export async function discardBody(request: IncomingMessage): Promise<void> {
  const { promise: enough, resolve } = Promise.withResolvers<void>();
  const silence = setTimeout(resolve, SILENT_FOR_MS);
  let bytes = 0;
  request.on('data', (part: Buffer) => {
    bytes += part.length;
    if (bytes > MAX_DISCARDED_BYTES) resolve();
    silence.refresh();
  });
  for (const end of ['end', 'error', 'close']) request.once(end, () => resolve());
  await enough;
  clearTimeout(silence);
}
