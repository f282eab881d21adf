const FIRST_MS = 15_000;
const LONGEST_MS = 2 * 60_000;

/**
 * Notices a question that was sent on an open socket and that nobody takes: pings may still be answered there. Each time
 * in a row it waits twice as long, up to two minutes.
 */
export class PendingWatch {
  readonly #onOverdue: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #times = 0;

  constructor(onOverdue: () => void) {
    this.#onOverdue = onOverdue;
  }

  /** What there is at present: questions that wait to be taken, and a socket to take them. */
  note(isPending: boolean, isOpen: boolean): void {
    if (!isPending) this.#times = 0;
    if (isPending && isOpen) this.#timer ??= setTimeout(() => this.#tell(), this.#patienceMs);
    else this.#stop();
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  get #patienceMs(): number {
    return Math.min(FIRST_MS * 2 ** this.#times, LONGEST_MS);
  }

  #tell(): void {
    this.#timer = undefined;
    this.#times += 1;
    this.#onOverdue();
  }
}
