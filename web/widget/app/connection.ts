import type { ServerFrame, SocketAddress } from './protocol.ts';

export type ConnectionState = 'connecting' | 'open' | 'reconnecting' | 'closed';

export interface ConnectionOptions {
  /** A fresh single-use ticket for every attempt. */
  readonly nextAddress: () => Promise<SocketAddress>;
  /** Called on each opened socket, before anything queued is sent. */
  readonly onOpen: (send: (message: object) => void) => void;
  readonly onFrame: (frame: ServerFrame) => void;
  readonly onState: (state: ConnectionState) => void;
}

/** API Gateway closes a socket that was idle for ten minutes. */
const PING_EVERY_MS = 8 * 60 * 1000;
const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 20_000;

/** A socket that comes back: exponential delays with full jitter, at once when the browser is online again. */
export class Connection {
  readonly #options: ConnectionOptions;
  #socket: WebSocket | undefined;
  #attempt = 0;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #pingTimer: ReturnType<typeof setInterval> | undefined;
  #wanted = false;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    window.addEventListener('online', this.#retryNow);
    this.#pingTimer = setInterval(() => this.send({ action: 'ping' }), PING_EVERY_MS);
    void this.#connect();
  }

  stop(): void {
    this.#wanted = false;
    window.removeEventListener('online', this.#retryNow);
    clearInterval(this.#pingTimer);
    clearTimeout(this.#retryTimer);
    this.#socket?.close(1000);
    this.#options.onState('closed');
  }

  /** False when there is no open socket; the caller keeps what it could not send. */
  send(message: object): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  readonly #retryNow = () => {
    if (this.#socket) return;
    clearTimeout(this.#retryTimer);
    this.#attempt = 0;
    void this.#connect();
  };

  async #connect(): Promise<void> {
    this.#options.onState(this.#attempt === 0 ? 'connecting' : 'reconnecting');
    try {
      const { url, ticket } = await this.#options.nextAddress();
      if (this.#wanted) this.#listen(new WebSocket(`${url}?ticket=${encodeURIComponent(ticket)}`));
    } catch {
      this.#retryLater();
    }
  }

  #listen(socket: WebSocket): void {
    this.#socket = socket;
    socket.onopen = () => {
      this.#attempt = 0;
      this.#options.onState('open');
      this.#options.onOpen((message) => socket.send(JSON.stringify(message)));
    };
    socket.onmessage = ({ data }) => {
      const frame = parseFrame(data);
      if (frame) this.#options.onFrame(frame);
    };
    socket.onclose = () => {
      if (this.#socket === socket) this.#socket = undefined;
      if (this.#wanted) this.#retryLater();
    };
  }

  #retryLater(): void {
    if (!this.#wanted) return;
    this.#attempt += 1;
    this.#options.onState('reconnecting');
    const ceiling = Math.min(FIRST_DELAY_MS * 2 ** (this.#attempt - 1), LONGEST_DELAY_MS);
    this.#retryTimer = setTimeout(() => void this.#connect(), Math.random() * ceiling);
  }
}

function parseFrame(data: unknown): ServerFrame | undefined {
  try {
    const frame: unknown = JSON.parse(String(data));
    return typeof frame === 'object' && frame !== null && 'type' in frame ? (frame as ServerFrame) : undefined;
  } catch {
    return undefined;
  }
}
