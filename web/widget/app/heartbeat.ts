export interface HeartbeatOptions {
  readonly ping: () => void;
  /** Nothing came back: the socket only looks open. */
  readonly onSilent: () => void;
}

/** API Gateway closes a socket that was idle for ten minutes; each ping costs, so there are few. */
const IDLE_MS = 8 * 60_000;
/** While somebody waits for an answer, a dead line should not look like a slow one. */
const BUSY_MS = 20_000;
const ANSWER_WITHIN_MS = 8_000;

/** Finds out whether there is still somebody at the other end of a socket. */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #busy = false;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
  }

  set busy(busy: boolean) {
    if (busy === this.#busy) return;
    this.#busy = busy;
    if (this.#timer !== undefined) this.heard();
  }

  /** Something has come: all is well for a while. Also starts the watch. */
  heard(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.check(), this.#busy ? BUSY_MS : IDLE_MS);
  }

  check(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#options.onSilent, ANSWER_WITHIN_MS);
    this.#options.ping();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
