import { Heartbeat } from './heartbeat.ts';
import type { ServerFrame, SocketAddress } from './protocol.ts';

export type ConnectionState = 'closed' | 'connecting' | 'open' | 'reconnecting' | 'offline';

export interface ConnectionOptions {
  /** A fresh single-use ticket for every attempt. An error may name `retryAfterMs`. */
  readonly nextAddress: () => Promise<SocketAddress>;
  /** Called on each opened socket, before any frame comes. */
  readonly onOpen: () => void;
  readonly onFrame: (frame: ServerFrame) => void;
  readonly onState: (state: ConnectionState) => void;
}

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 20_000;
const OPEN_WITHIN_MS = 15_000;
/** API Gateway ends every socket after two hours: an idle moment before that is a better one. */
const OLD_AFTER_MS = 105 * 60_000;

/** A socket that comes back: exponential delays with full jitter, at once when the browser is online again. */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #heartbeat = new Heartbeat({ ping: () => this.#ping(), onSilent: () => this.#drop() });
  #socket: WebSocket | undefined;
  #openedAt = 0;
  #attempt = 0;
  /** Counts attempts, so that what an abandoned one brings is ignored. */
  #run = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #wanted = false;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  /** While somebody waits for something, a line gone dead is noticed sooner. */
  set busy(busy: boolean) {
    this.#heartbeat.busy = busy;
  }

  start(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    window.addEventListener('online', this.#onNetwork);
    window.addEventListener('offline', this.#onNetwork);
    void this.#connect();
  }

  stop(): void {
    this.#wanted = false;
    window.removeEventListener('online', this.#onNetwork);
    window.removeEventListener('offline', this.#onNetwork);
    this.#abandon();
    this.#attempt = 0;
    this.#options.onState('closed');
  }

  /** False when there is no open socket; the caller keeps what it could not send. */
  send(message: object): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  /** Gives this socket up and comes back on another, after that long at least. */
  renew(atLeastMs = 0): void {
    if (this.#wanted) this.#drop(atLeastMs);
  }

  readonly #onNetwork = () => {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#heartbeat.check();
    else if (navigator.onLine) {
      this.#attempt = 0;
      void this.#connect();
    } else this.#tellWaiting();
  };

  async #connect(): Promise<void> {
    this.#abandon();
    const run = this.#run;
    this.#tellWaiting();
    try {
      const { url, ticket } = await this.#options.nextAddress();
      if (run === this.#run && this.#wanted) this.#listen(new WebSocket(`${url}?ticket=${encodeURIComponent(ticket)}`));
    } catch (error) {
      if (run === this.#run && this.#wanted) this.#retryLater((error as { retryAfterMs?: number }).retryAfterMs);
    }
  }

  #listen(socket: WebSocket): void {
    this.#socket = socket;
    this.#timer = setTimeout(() => this.#drop(), OPEN_WITHIN_MS);
    socket.onopen = () => {
      clearTimeout(this.#timer);
      this.#attempt = 0;
      this.#openedAt = Date.now();
      this.#heartbeat.heard();
      this.#options.onState('open');
      this.#options.onOpen();
    };
    socket.onmessage = ({ data }) => {
      this.#heartbeat.heard();
      const frame = parseFrame(data);
      if (frame) this.#options.onFrame(frame);
    };
    socket.onclose = () => this.#drop();
  }

  #ping(): void {
    if (Date.now() - this.#openedAt > OLD_AFTER_MS) this.#drop();
    else this.send({ action: 'ping' });
  }

  #drop(atLeastMs = 0): void {
    this.#abandon();
    if (this.#wanted) this.#retryLater(atLeastMs);
  }

  /** Lets go of whatever is under way; nothing of it is heard any more. */
  #abandon(): void {
    this.#run += 1;
    this.#heartbeat.stop();
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = undefined;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close(1000);
  }

  #retryLater(atLeastMs = 0): void {
    this.#attempt += 1;
    this.#tellWaiting();
    const ceiling = Math.min(FIRST_DELAY_MS * 2 ** (this.#attempt - 1), LONGEST_DELAY_MS);
    this.#timer = setTimeout(() => void this.#connect(), Math.max(atLeastMs, Math.random() * ceiling));
  }

  #tellWaiting(): void {
    this.#options.onState(!navigator.onLine ? 'offline' : this.#attempt > 0 ? 'reconnecting' : 'connecting');
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
