import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import {
  ClientFrame,
  NumberedFrame,
  type NumberedFrameBody,
  PlainFrame,
} from '../../../shared/lifecycles/conversation/frames.ts';

export type Asked = Extract<ClientFrame, { action: 'message' }>;

export interface StageAnswer {
  readonly citations: readonly Extract<NumberedFrameBody, { type: 'citations' }>['citations'][number][];
  readonly refused: boolean;
}

/**
 * One conversation and its sockets, every frame written by the test. Frames pass the service's own schemas, so that
 * the stage cannot speak another language than the service.
 */
export class ScriptedConversation {
  readonly #socketServer = new WebSocketServer({ noServer: true });
  readonly #live = new Set<WebSocket>();
  #frames: object[] = [];
  #forgotten = 0;
  history: unknown[] = [];
  conversationId = randomUUID();
  refusesSockets = false;
  /** Sockets stay open, but nothing gets through. */
  isMute = false;
  /** What has come over the sockets. */
  received: ClientFrame[] = [];
  onAsked: (asked: Asked) => void = () => {};

  get sockets(): number {
    return this.#socketServer.clients.size;
  }

  get lastSeq(): number {
    return this.#frames.length;
  }

  /** What has come of one kind. */
  sent(action: ClientFrame['action']): ClientFrame[] {
    return this.received.filter((frame) => frame.action === action);
  }

  get asked(): Asked[] {
    return this.received.flatMap((frame) => (frame.action === 'message' ? [frame] : []));
  }

  /** Another conversation, nothing said in it. */
  startOver(): void {
    this.dropSockets();
    this.#frames = [];
    this.#forgotten = 0;
    this.history = [];
    this.conversationId = randomUUID();
  }

  reset(): void {
    this.startOver();
    this.refusesSockets = false;
    this.isMute = false;
    this.received = [];
    this.onAsked = () => {};
  }

  /** Numbers the frame, keeps it, and sends it to whoever is live. */
  say(body: NumberedFrameBody): number {
    return this.sayUnchecked(NumberedFrame.parse({ ...body, seq: this.lastSeq + 1 }));
  }

  /** For frames that no service of ours would send. */
  sayUnchecked(body: object): number {
    const seq = this.lastSeq + 1;
    this.#frames.push({ ...body, seq });
    for (const socket of this.#live) socket.send(JSON.stringify({ ...body, seq }));
    return seq;
  }

  sayPlain(frame: PlainFrame): void {
    for (const socket of this.#socketServer.clients) socket.send(JSON.stringify(PlainFrame.parse(frame)));
  }

  accept(asked: Asked): string {
    const turn_id = randomUUID();
    this.say({ type: 'accepted', client_message_id: asked.client_message_id, message_id: randomUUID(), turn_id });
    return turn_id;
  }

  /** Answers the way the service does: deltas, citations, end. */
  finish(turn_id: string, text: string, { citations = [], refused = false }: Partial<StageAnswer> = {}): void {
    for (const part of text.match(/[\s\S]{1,400}/g) ?? []) this.say({ type: 'delta', turn_id, text: part });
    this.say({ type: 'citations', turn_id, citations: [...citations] });
    this.say({ type: 'completed', turn_id, message_id: randomUUID(), refused, finish_reason: 'stop', text });
  }

  /** Frames are kept ten minutes: these are gone. */
  forgetFrames(): void {
    this.#forgotten = this.lastSeq;
  }

  dropSockets(): void {
    for (const socket of this.#socketServer.clients) socket.terminate();
    this.#live.clear();
  }

  /** Opens a socket, unless it is refused. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (this.refusesSockets) return void socket.destroy();
    this.#socketServer.handleUpgrade(request, socket, head, (opened) => this.#listen(opened));
  }

  #listen(socket: WebSocket): void {
    socket.on('close', () => this.#live.delete(socket));
    socket.on('message', (data) => {
      const frame = ClientFrame.parse(JSON.parse(String(data)));
      this.received.push(frame);
      if (this.isMute) return;
      if (frame.action === 'ping') socket.send(JSON.stringify({ type: 'pong' }));
      if (frame.action === 'resume') this.#resume(socket, frame.after_seq);
      if (frame.action === 'message') {
        this.#live.add(socket);
        this.onAsked(frame);
      }
    });
  }

  #resume(socket: WebSocket, afterSeq: number): void {
    const tip = this.lastSeq;
    if (afterSeq < this.#forgotten || afterSeq > tip) socket.send(JSON.stringify({ type: 'reset', last_seq: tip }));
    else for (const frame of this.#frames.slice(afterSeq)) socket.send(JSON.stringify(frame));
    this.#live.add(socket);
  }
}

export function citation(n: number, change: Partial<StageAnswer['citations'][number]> = {}) {
  return {
    n,
    document_id: randomUUID(),
    chunk_id: randomUUID(),
    title: 'Starter care and baking guide',
    url: null,
    page: null,
    snippet: 'At room temperature, between 20 and 24 degrees, feed the starter once a day.',
    ...change,
  };
}
