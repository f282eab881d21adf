import type { RawData, WebSocket } from 'ws';
import type { Peer, ReceivedFrame } from './socket-event.ts';

/** One open WebSocket. */
export interface SocketConnection {
  readonly peer: Peer;
  readonly lastActiveAtMs: () => number;
  /** False when the client does not take what it is sent; it is then cut off. */
  post(frame: Buffer): boolean;
  close(code: number, reason: string): void;
  /** Cuts the connection without a farewell. */
  terminate(): void;
  /** Settles when the socket is closed and every frame that had come before is handled. */
  readonly finished: Promise<{ readonly code: number; readonly reason: string }>;
}

/** Frames of one client that wait for their turn; beyond that its socket is not read, so that it has to wait. */
const MAX_WAITING_FRAMES = 64;
/** A client that lets this much pile up is not reading any more. */
const MAX_UNSENT_BYTES = 1024 * 1024;

/**
 * Follows an open socket: its frames are handled one after the other in the order they came. Bytes come in Base64, so that
 * the function can say what is wrong with them; API Gateway would end the connection.
 */
export function followSocket(
  socket: WebSocket,
  peer: Peer,
  onFrame: (frame: ReceivedFrame) => Promise<void>,
): SocketConnection {
  const waiting: ReceivedFrame[] = [];
  let lastActiveAtMs = Date.now();
  let handling: Promise<void> | undefined;

  const handleWaiting = async () => {
    for (let frame = waiting.shift(); frame !== undefined; frame = waiting.shift()) {
      await onFrame(frame);
      if (socket.isPaused && waiting.length < MAX_WAITING_FRAMES) socket.resume();
    }
    handling = undefined;
  };
  socket.on('message', (data: RawData, isBinary: boolean) => {
    lastActiveAtMs = Date.now();
    // With its standard settings `ws` gives every frame as one Buffer.
    waiting.push({ body: (data as Buffer).toString(isBinary ? 'base64' : 'utf8'), isBase64Encoded: isBinary });
    if (waiting.length >= MAX_WAITING_FRAMES) socket.pause();
    handling ??= handleWaiting();
  });
  socket.on('ping', () => {
    lastActiveAtMs = Date.now();
  });
  socket.on('error', () => {}); // A broken frame or connection; `close` follows with its code.

  return {
    peer,
    lastActiveAtMs: () => lastActiveAtMs,
    post: (frame) => {
      if (socket.readyState !== socket.OPEN) return false;
      if (socket.bufferedAmount > MAX_UNSENT_BYTES) {
        socket.terminate();
        return false;
      }
      lastActiveAtMs = Date.now();
      socket.send(frame, { binary: false });
      return true;
    },
    close: (code, reason) => socket.close(code, reason),
    terminate: () => socket.terminate(),
    finished: new Promise((resolve) => {
      socket.once('close', (code, reason) => {
        const closed = { code, reason: String(reason) };
        void (handling ?? Promise.resolve()).then(() => resolve(closed));
      });
    }),
  };
}
