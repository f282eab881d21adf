import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildWeb, type WebManifest } from '../../../web/build.ts';
import { ScriptedConversation } from './scripted-conversation.ts';
import { ScriptedRest, type StageApp } from './scripted-rest.ts';
import { StagePages } from './stage-pages.ts';

/**
 * The channel as the real widget sees it in a real browser, and the pages that it stands on: one server, reached as
 * two origins.
 */
export class WidgetStage extends ScriptedConversation {
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  readonly rest = new ScriptedRest(this);
  readonly pages = new StagePages();
  readonly widgetId = randomUUID();
  #folder = '';
  #manifest: WebManifest | undefined;
  /** What the configuration names as the app, if not the real one. */
  app: StageApp | undefined;
  /** Requests for anything the stage does not have. */
  strays: string[] = [];

  async open(): Promise<void> {
    this.#folder = await mkdtemp(join(tmpdir(), 'understudy-stage-'));
    this.#manifest = await buildWeb(this.#folder);
    this.#server.on('upgrade', (request, socket, head) => this.upgrade(request, socket, head));
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  async close(): Promise<void> {
    this.dropSockets();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    if (this.#folder) await rm(this.#folder, { recursive: true, force: true });
  }

  get manifest(): WebManifest {
    if (!this.#manifest) throw new Error('the stage is not open');
    return this.#manifest;
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

  /** The tag as the service hands it out. */
  tag(attributes = '', widgetId: string = this.widgetId): string {
    const { path, integrity } = this.manifest.loader;
    return `<script src="${this.apiUrl}${path}" integrity="${integrity}" crossorigin="anonymous" data-widget="${widgetId}"${attributes} async></script>`;
  }

  override reset(): void {
    super.reset();
    this.rest.reset();
    this.app = undefined;
    this.strays = [];
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', this.apiUrl);
    if (this.pages.serve(request.headers.host ?? '', pathname, this.tag(), response)) return;
    if (pathname.startsWith('/widget/')) await this.#serveScript(pathname, response);
    else if (pathname.startsWith('/v1/channel/')) await this.rest.serve(request, pathname, response, this.#app());
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

  #app(): StageApp {
    const { path, integrity } = this.manifest.app;
    return this.app ?? { url: this.apiUrl + path, integrity };
  }
}
