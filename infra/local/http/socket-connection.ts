import type { RawData, WebSocket } from 'ws';
import type { Peer } from './socket-event.ts';

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
 * Follows an open socket: text frames are handled one after the other in the order they came, binary ones end the
 * connection (API Gateway takes none).
 */
export function followSocket(socket: WebSocket, peer: Peer, onText: (text: string) => Promise<void>): SocketConnection {
  const waiting: string[] = [];
  let lastActiveAtMs = Date.now();
  let handling: Promise<void> | undefined;

  const handleWaiting = async () => {
    for (let text = waiting.shift(); text !== undefined; text = waiting.shift()) {
      await onText(text);
      if (socket.isPaused && waiting.length < MAX_WAITING_FRAMES) socket.resume();
    }
    handling = undefined;
  };
  socket.on('message', (data: RawData, isBinary: boolean) => {
    lastActiveAtMs = Date.now();
    if (isBinary) return socket.close(1003, 'binary frames are not taken');
    waiting.push(String(data));
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
