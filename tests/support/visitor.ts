import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';
import { type Creator, rest } from './rest-client.ts';
import { until } from './until.ts';

export const PAGE_ORIGIN = 'https://creator.example.org';

// biome-ignore lint/suspicious/noExplicitAny: a test asserts on whatever came
export type Frame = any;

/** A widget of this creator's that the page at PAGE_ORIGIN may embed. */
export async function newWidget(creator: Creator, origins: readonly string[] = [PAGE_ORIGIN]): Promise<string> {
  const made = await rest('POST', '/v1/hub/widgets', {
    token: creator.token,
    body: { name: 'Assistant', allowed_origins: origins },
  });
  if (made.status !== 201) throw new Error(`creating a widget answered ${made.status}`);
  return made.body.id;
}

export interface VisitorSession {
  readonly token: string;
  readonly conversationId: string;
  readonly socket: { url: string; ticket: string };
}

export async function newVisitorSession(widgetId: string, origin: string = PAGE_ORIGIN): Promise<VisitorSession> {
  const made = await rest('POST', `/v1/channel/widgets/${widgetId}/sessions`, {
    headers: { Origin: origin },
    body: {},
  });
  if (made.status !== 201) throw new Error(`starting a session answered ${made.status}`);
  return { token: made.body.session_token, conversationId: made.body.conversation_id, socket: made.body.socket };
}

/** What the visitor's page shows when it loads the conversation anew. */
export async function historyOf(
  session: VisitorSession,
): Promise<{ turn_id: string; role: string; text: string; created_at: string }[]> {
  const { body } = await rest('GET', '/v1/channel/messages', {
    headers: { Authorization: `Bearer ${session.token}`, Origin: PAGE_ORIGIN },
  });
  return body.data;
}

/** The visitor's page comes back on another socket, having seen everything up to a number. */
export async function reopenSocket(session: VisitorSession, afterSeq: number): Promise<VisitorSocket> {
  const { body } = await rest('POST', '/v1/channel/tickets', {
    headers: { Authorization: `Bearer ${session.token}`, Origin: PAGE_ORIGIN },
    body: {},
  });
  const socket = await VisitorSocket.open(body);
  socket.send({ action: 'resume', after_seq: afterSeq });
  return socket;
}

/** A visitor's socket and every frame it was sent. */
export class VisitorSocket {
  readonly frames: Frame[] = [];
  closeCode: number | undefined;
  readonly #socket: WebSocket;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data) => this.frames.push(JSON.parse(String(data))));
    socket.on('close', (code) => {
      this.closeCode = code;
    });
  }

  static open(address: { url: string; ticket: string }, origin: string = PAGE_ORIGIN): Promise<VisitorSocket> {
    const socket = new WebSocket(`${address.url}?ticket=${encodeURIComponent(address.ticket)}`, { origin });
    const visitor = new VisitorSocket(socket);
    return new Promise((resolve, reject) => {
      socket.once('open', () => resolve(visitor));
      socket.once('error', reject);
    });
  }

  /** Text and bytes go as they are, everything else as JSON. */
  send(message: unknown): void {
    const asIs = typeof message === 'string' || Buffer.isBuffer(message);
    this.#socket.send(asIs ? message : JSON.stringify(message));
  }

  /** Sends a question and returns its client_message_id. */
  ask(text: string, clientMessageId: string = randomUUID()): string {
    this.send({ action: 'message', client_message_id: clientMessageId, text });
    return clientMessageId;
  }

  next(what: string, fits: (frame: Frame) => boolean): Promise<Frame> {
    return until(what, () => this.frames.find(fits));
  }

  completed(turnId?: string): Promise<Frame> {
    return this.next(
      'a completed turn',
      (frame) => frame.type === 'completed' && (!turnId || frame.turn_id === turnId),
    );
  }

  /** The highest number that it was sent. */
  lastSeq(): number {
    return Math.max(0, ...this.frames.map((frame) => frame.seq ?? 0));
  }

  drop(): void {
    this.#socket.terminate();
  }

  close(): void {
    this.#socket.close();
  }
}
