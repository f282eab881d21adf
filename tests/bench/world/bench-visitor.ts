import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';
import { type BenchClient, PAGE_ORIGIN } from './bench-client.ts';

/** A frame and when it came. */
export interface Arrival {
  readonly atMs: number;
  // biome-ignore lint/suspicious/noExplicitAny: frames of every type pass through here
  readonly frame: any;
}

export interface TurnTimes {
  /** From sending the message to the first `delta`. */
  readonly firstTokenMs: number;
  readonly totalMs: number;
  readonly refused: boolean;
  readonly arrivals: readonly Arrival[];
}

const TURN_WITHIN_MS = 60_000;

/** A visitor with an open socket, who asks one question after the other. */
export class BenchVisitor {
  readonly #socket: WebSocket;
  #arrivals: Arrival[] = [];
  #onFrame = () => {};

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data) => {
      this.#arrivals.push({ atMs: performance.now(), frame: JSON.parse(String(data)) });
      this.#onFrame();
    });
  }

  static async open(client: BenchClient, widgetId: string): Promise<BenchVisitor> {
    const path = `/v1/channel/widgets/${widgetId}/sessions`;
    const { status, body } = await client.rest('POST', path, { origin: PAGE_ORIGIN, body: {} });
    if (status !== 201) throw new Error(`a session answered ${status} ${JSON.stringify(body)}`);
    const { url, ticket } = body.socket;
    const socket = new WebSocket(`${url}?ticket=${encodeURIComponent(ticket)}`, {
      origin: PAGE_ORIGIN,
      perMessageDeflate: false,
    });
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    return new BenchVisitor(socket);
  }

  /** Asks, and resolves when the turn is over. @throws Error for a turn that failed or did not end within a minute */
  ask(text: string): Promise<TurnTimes> {
    this.#arrivals = [];
    const sentAtMs = performance.now();
    this.#socket.send(JSON.stringify({ action: 'message', client_message_id: randomUUID(), text }));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('a turn did not end in time')), TURN_WITHIN_MS);
      this.#onFrame = () => {
        const arrivals = this.#arrivals;
        const last = arrivals.at(-1);
        if (last?.frame.type === 'failed' || last?.frame.type === 'error')
          reject(new Error(JSON.stringify(last.frame)));
        if (last?.frame.type !== 'completed') return;
        clearTimeout(timer);
        const first = arrivals.find(({ frame }) => frame.type === 'delta');
        resolve({
          firstTokenMs: (first?.atMs ?? last.atMs) - sentAtMs,
          totalMs: last.atMs - sentAtMs,
          refused: last.frame.refused,
          arrivals,
        });
      };
    });
  }

  close(): void {
    this.#socket.terminate();
  }
}
