import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type WebSocket, WebSocketServer } from 'ws';
import {
  ClientFrame,
  NumberedFrame,
  type NumberedFrameBody,
  PlainFrame,
} from '../../shared/lifecycles/conversation/frames.ts';
import { buildWeb, type WebManifest } from '../../web/build.ts';

type Asked = Extract<ClientFrame, { action: 'message' }>;

/** A page of the stage: its HTML, or what makes it from the tag that embeds the widget. */
type StagePage = (tag: string) => { readonly html: string; readonly headers?: Readonly<Record<string, string>> };

export interface StageWidget {
  name: string;
  greeting: string;
  suggested_questions: string[];
  locale: string;
  theme: Record<string, unknown>;
}

const WIDGET: StageWidget = {
  name: 'Sourdough School',
  greeting: 'Hello! What would you like to know?',
  suggested_questions: ['How often do I feed my starter?', 'What does the weekend class cost?'],
  locale: 'en',
  theme: { primary_color: '#1f5eff', position: 'right', radius: 12 },
};

/**
 * The channel as the real widget sees it in a real browser, every frame and failure written by the test. Frames pass
 * the service's own schemas, so that the stage cannot speak another language than the service.
 */
export class WidgetStage {
  readonly manifest: WebManifest;
  readonly #folder: string;
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  readonly #socketServer = new WebSocketServer({ noServer: true });
  readonly #pages = new Map<string, StagePage>();
  #frames: object[] = [];
  #live = new Set<WebSocket>();
  /** What may be changed while the page runs. */
  widget: StageWidget = { ...WIDGET };
  history: unknown[] = [];
  conversationId = randomUUID();
  /** The next calls of a kind (`POST sessions`, `POST tickets` …) fail with these, in order. */
  readonly failures = new Map<string, { status: number; code: string; retryAfter?: number }[]>();
  refusesSockets = false;
  /** Sockets stay open, but nothing gets through. */
  isMute = false;
  /** What the configuration names as the app, if not the real one. */
  app: { url: string; integrity: string } | undefined;
  /** Scripts and style sheets of the page itself, below `/page-files/`. */
  readonly pageFiles = new Map<string, string>();
  /** What has come: socket messages, REST calls, and requests for anything the stage does not have. */
  received: ClientFrame[] = [];
  calls: { kind: string; body: unknown }[] = [];
  strays: string[] = [];
  onAsked: (asked: Asked) => void = () => {};

  private constructor(folder: string, manifest: WebManifest) {
    this.#folder = folder;
    this.manifest = manifest;
    this.#server.on('upgrade', (request, socket, head) => {
      if (this.refusesSockets) return void socket.destroy();
      this.#socketServer.handleUpgrade(request, socket, head, (ws) => this.#listen(ws));
    });
  }

  static async open(): Promise<WidgetStage> {
    const folder = await mkdtemp(join(tmpdir(), 'understudy-stage-'));
    const stage = new WidgetStage(folder, await buildWeb(folder));
    await new Promise<void>((resolve) => stage.#server.listen(0, '127.0.0.1', resolve));
    stage.page('/', (tag) => ({ html: plainPage(tag) }));
    return stage;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get apiUrl(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Another origin than the API's, as in life. */
  get pageUrl(): string {
    return `http://localhost:${this.port}`;
  }

  readonly widgetId = randomUUID();

  /** The tag as the service hands it out. */
  tag(attributes = '', widgetId: string = this.widgetId): string {
    const { path, integrity } = this.manifest.loader;
    return `<script src="${this.apiUrl}${path}" integrity="${integrity}" crossorigin="anonymous" data-widget="${widgetId}"${attributes} async></script>`;
  }

  page(path: string, page: StagePage): void {
    this.#pages.set(path, page);
  }

  /** Another conversation, nothing said in it. */
  startOver(): void {
    this.dropSockets();
    this.#frames = [];
    this.#kept = 0;
    this.history = [];
    this.conversationId = randomUUID();
  }

  reset(): void {
    this.startOver();
    this.widget = { ...WIDGET };
    this.failures.clear();
    this.refusesSockets = false;
    this.isMute = false;
    this.app = undefined;
    this.received = [];
    this.calls = [];
    this.strays = [];
    this.onAsked = () => {};
  }

  /** Numbers the frame, keeps it, and sends it to whoever is live. */
  say(body: NumberedFrameBody): number {
    return this.sayUnchecked(NumberedFrame.parse({ ...body, seq: this.#frames.length + 1 }));
  }

  /** For frames that no service of ours would send. */
  sayUnchecked(body: object): number {
    const seq = this.#frames.length + 1;
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
    this.#kept = this.#frames.length;
  }
  #kept = 0;

  get sockets(): number {
    return this.#socketServer.clients.size;
  }

  dropSockets(): void {
    for (const socket of this.#socketServer.clients) socket.terminate();
    this.#live.clear();
  }

  async close(): Promise<void> {
    this.dropSockets();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    await rm(this.#folder, { recursive: true, force: true });
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
    const tip = this.#frames.length;
    if (afterSeq < this.#kept || afterSeq > tip) socket.send(JSON.stringify({ type: 'reset', last_seq: tip }));
    else for (const frame of this.#frames.slice(afterSeq)) socket.send(JSON.stringify(frame));
    this.#live.add(socket);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', this.apiUrl);
    const page = request.headers.host?.startsWith('localhost') ? this.#pages.get(pathname) : undefined;
    if (pathname.startsWith('/page-files/')) {
      const name = pathname.slice('/page-files/'.length);
      const type = name.endsWith('.css') ? 'text/css' : 'text/javascript';
      response.writeHead(200, { 'Content-Type': type }).end(this.pageFiles.get(name) ?? '');
    } else if (page) {
      const { html, headers } = page(this.tag());
      response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', ...headers }).end(html);
    } else if (pathname.startsWith('/widget/')) await this.#serveScript(pathname, response);
    else if (pathname.startsWith('/v1/channel/')) await this.#serveChannel(request, pathname, searchParams, response);
    else {
      if (pathname !== '/favicon.ico') this.strays.push(request.url ?? '');
      response.writeHead(404).end();
    }
  }

  async #serveScript(pathname: string, response: ServerResponse): Promise<void> {
    const code = await readFile(join(this.#folder, pathname)).catch(() => undefined);
    const headers = { 'Content-Type': 'text/javascript', 'Access-Control-Allow-Origin': '*' };
    response.writeHead(code ? 200 : 404, headers).end(code);
  }

  async #serveChannel(
    request: IncomingMessage,
    pathname: string,
    _query: URLSearchParams,
    response: ServerResponse,
  ): Promise<void> {
    const cors = {
      'Access-Control-Allow-Origin': request.headers.origin ?? '*',
      'Access-Control-Allow-Headers': 'Authorization, Content-Type',
      'Access-Control-Allow-Methods': 'GET, POST, PUT, DELETE',
      'Access-Control-Expose-Headers': 'Retry-After',
    };
    if (request.method === 'OPTIONS') return void response.writeHead(204, cors).end();
    const kind = `${request.method} ${pathname.split('/').findLast((part) => /^[a-z]+$/.test(part))}`;
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const text = Buffer.concat(parts).toString();
    this.calls.push({ kind, body: text ? JSON.parse(text) : undefined });
    const failure = this.failures.get(kind)?.shift();
    if (failure) {
      const { status, code, retryAfter } = failure;
      const extra = retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) };
      const body = { error: { code, message: 'Scripted.', details: {}, timestamp: '', request_id: '' } };
      return void response.writeHead(status, { ...cors, ...extra }).end(JSON.stringify(body));
    }
    const [status, body] = this.#answer(kind, pathname.split('/')[4] ?? '');
    response.writeHead(status, { ...cors, 'Content-Type': 'application/json' });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  }

  #answer(kind: string, widgetId: string): [number, unknown] {
    const address = { url: `ws://127.0.0.1:${this.port}/socket`, ticket: randomUUID(), expires_in: 30 };
    const { path, integrity } = this.manifest.app;
    switch (kind) {
      case 'GET widgets':
        return [200, { id: widgetId, ...this.widget, app: this.app ?? { url: this.apiUrl + path, integrity } }];
      case 'POST sessions': {
        const ids = { visitor_id: randomUUID(), conversation_id: this.conversationId };
        return [201, { session_token: randomUUID(), expires_in: 3600, ...ids, socket: address }];
      }
      case 'POST tickets':
        return [201, address];
      case 'GET messages':
        return [200, { data: this.history, next_cursor: null, last_seq: this.#frames.length }];
      case 'PUT feedback':
        return [204, undefined];
      case 'DELETE conversation':
        this.startOver();
        return [202, { status: 'accepted' }];
      default:
        return [404, { error: { code: 'NOT_FOUND' } }];
    }
  }
}

export interface StageAnswer {
  readonly citations: readonly Extract<NumberedFrameBody, { type: 'citations' }>['citations'][number][];
  readonly refused: boolean;
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

export const plainPage = (tag: string, head = '', body = ''): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>A creator's page</title>${head}</head><body><main><h1>A creator's page</h1>
<p>Bread classes for patient people, in a bakery kitchen and online.</p>${body}</main>${tag}</body></html>`;
