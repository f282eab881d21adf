import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { connect, type NetConnectOpts, type Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import { UnscannedDocumentError } from '../../../shared/errors/unscanned-document-error.ts';
import { MAX_DOCUMENT_BYTES } from '../../../shared/models/document.ts';
import { log } from '../../../shared/observability/logger.ts';
import { type MalwareScanner, malwareFound, ScannerUnavailableError } from './malware-scanner.ts';

export interface ClamdOptions {
  /** `host:port` (a scheme `tcp://` may stand before it), or the path of a Unix socket. */
  readonly address: string;
  /** For connecting, sending and the verdict together. */
  readonly timeoutMs?: number;
  /** A larger file is not sent: a scan of its beginning says nothing. */
  readonly maxBytes?: number;
}

const CHUNK_BYTES = 64 * 1024;
/** A reply is one line with the name of a signature in it. */
const MAX_REPLY_BYTES = 4_096;

/**
 * ClamAV's daemon, by its command INSTREAM (clamd(8)): chunks with their length before them as four bytes, a length of
 * zero, one reply. Clean is the reply `stream: OK` alone. An error, silence, a closed connection or anything unknown
 * means that nobody has looked. Where `AlertExceedsMax` is set, it tells by a finding what it could not look into.
 *
 * @throws Error for an address that is none
 */
export function openClamd({
  address,
  timeoutMs = 60_000,
  maxBytes = MAX_DOCUMENT_BYTES,
}: ClamdOptions): MalwareScanner {
  const target = parseAddress(address);
  return {
    verdictsOn: undefined,
    awaits: async () => false,
    refuseKnown: async () => {},
    async scan(_document, path, signal) {
      if ((await stat(path)).size > maxBytes) throw new UnscannedDocumentError();
      const deadline = AbortSignal.timeout(timeoutMs);
      const reply = await ask(target, path, AbortSignal.any([signal, deadline])).catch((error: unknown) => {
        if (signal.aborted) throw signal.reason;
        throw new ScannerUnavailableError('clamd does not answer', { cause: error });
      });
      judge(reply);
    },
  };
}

/** @throws DocumentProcessingError for a finding, ScannerUnavailableError for what is neither that nor clean */
function judge(reply: string): void {
  if (reply === 'stream: OK') return;
  const finding = /^stream: (.+) FOUND$/.exec(reply)?.[1];
  if (finding !== undefined && /^Heuristics\.(Limits|Encrypted)\./.test(finding)) throw new UnscannedDocumentError();
  if (finding !== undefined) throw malwareFound(finding);
  if (/size limit exceeded/i.test(reply)) {
    log.warn('clamd takes no files of this size: raise its StreamMaxLength');
    throw new UnscannedDocumentError();
  }
  throw new ScannerUnavailableError(`clamd answered ${JSON.stringify(reply.slice(0, 200))}`);
}

async function ask(target: NetConnectOpts, path: string, signal: AbortSignal): Promise<string> {
  const socket = connect(target);
  try {
    const reply = readReply(socket, signal);
    // One that has heard enough replies and closes while it is still being sent to. Where the closing is met before
    // the reply, nobody has looked, and the file comes again.
    const sending = send(path, socket, signal).catch(() => {});
    const [told] = await Promise.all([reply, sending]);
    return told;
  } finally {
    socket.destroy();
  }
}

function send(path: string, socket: Socket, signal: AbortSignal): Promise<void> {
  return pipeline(createReadStream(path, { highWaterMark: CHUNK_BYTES }), inChunks, socket, { signal, end: false });
}

async function* inChunks(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield Buffer.from('zINSTREAM\0');
  for await (const chunk of bytes) {
    yield Buffer.concat([lengthOf(chunk.length), chunk]);
    await setImmediate(); // A reply in between is read before the next write meets a connection that was closed.
  }
  yield lengthOf(0);
}

function lengthOf(bytes: number): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes);
  return length;
}

/** One line that ends with a zero byte; a reply without it was cut off. */
function readReply(socket: Socket, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    let told = Buffer.alloc(0);
    const abort = () => {
      reject(signal.reason);
      socket.destroy();
    };
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    socket.on('data', (bytes: Buffer) => {
      told = Buffer.concat([told, bytes]);
      const end = told.indexOf(0);
      if (end !== -1) resolve(told.toString('utf8', 0, end));
      else if (told.length > MAX_REPLY_BYTES) reject(new Error('the reply is too long'));
    });
    socket.on('error', reject);
    socket.on('close', () => {
      signal.removeEventListener('abort', abort);
      reject(new Error('the connection was closed before a reply'));
    });
  });
}

function parseAddress(address: string): NetConnectOpts {
  if (address.startsWith('/')) return { path: address };
  const [, six, host, port] = /^(?:tcp:\/\/)?(?:\[([0-9a-f:.]+)\]|([\w.-]+)):(\d{1,5})$/i.exec(address) ?? [];
  const name = six ?? host;
  if (name === undefined || Number(port) > 65_535) {
    throw new Error('CLAMD_ADDRESS is neither host:port nor the path of a socket');
  }
  return { host: name, port: Number(port) };
}
