import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as z from 'zod';
import { ChatRequest, chat, EmbedRequest, embed } from './answer-requests.ts';
import { readJson, sendJson } from './json-http.ts';
import { OFFLINE_MODELS } from './names.ts';

export interface OfflineModelOptions {
  /** A free one unless given. */
  readonly port?: number;
  /** Names that `/api/tags` lists; every other name is served as well. */
  readonly models?: readonly string[];
  /** Pause between two tokens, so that a stream is one. */
  readonly tokenDelayMs?: number;
}

export interface OfflineModel {
  readonly url: string;
  close(): Promise<void>;
}

const DETAILS = {
  parent_model: '',
  format: 'none',
  family: 'understudy-offline',
  families: ['understudy-offline'],
  parameter_size: '0B',
  quantization_level: 'none',
};
const VERSION = '0.0.0-understudy-offline';

/**
 * Speaks Ollama's HTTP API without weights, on loopback: embeddings by feature hashing, answers by choosing
 * sentences from the passages in the prompt. It says what it is in `/api/version`, `/api/tags` and `/api/show`
 * (family `understudy-offline`); the services refuse it outside the stages `local` and `test`.
 */
export async function startOfflineModel(options: OfflineModelOptions = {}): Promise<OfflineModel> {
  const named = Object.values(OFFLINE_MODELS).map((name) => `${name}:latest`);
  const models = options.models ?? ['llama2:7b-chat', 'nomic-embed-text:latest', ...named];
  const server = createServer((request, response) => {
    handle(request, response, models, options.tokenDelayMs ?? 4).catch((error: unknown) => {
      const status = error instanceof z.ZodError || error instanceof SyntaxError ? 400 : 500;
      if (response.headersSent) response.destroy();
      else sendJson(response, { error: error instanceof Error ? error.message : String(error) }, status);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  models: readonly string[],
  tokenDelayMs: number,
): Promise<void> {
  if (isFromPage(request)) return sendJson(response, { error: 'forbidden' }, 403);
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  switch (`${request.method} ${pathname}`) {
    case 'GET /':
      response.end('Ollama is running');
      return;
    case 'GET /api/version':
      return sendJson(response, { version: VERSION });
    case 'GET /api/tags':
      return sendJson(response, { models: models.map(describe) });
    case 'GET /api/ps':
      return sendJson(response, { models: models.map(describe) });
    case 'POST /api/show':
      return sendJson(response, { details: DETAILS, model_info: {}, capabilities: ['completion', 'embedding'] });
    case 'POST /api/pull':
      return sendJson(response, { status: 'success' });
    case 'POST /api/embed':
      return embed(response, EmbedRequest.parse(await readJson(request)));
    case 'POST /api/chat':
      return chat(response, ChatRequest.parse(await readJson(request)), tokenDelayMs);
    default:
      sendJson(response, { error: 'not found' }, 404);
  }
}

/** A page of a site whose name was bound to 127.0.0.1 from outside, or one that posts to another site. */
function isFromPage({ headers }: IncomingMessage): boolean {
  return headers.origin !== undefined || !/^(localhost|127\.0\.0\.1)(:\d+)?$/i.test(headers.host ?? '');
}

function describe(name: string) {
  return { name, model: name, modified_at: '2026-01-01T00:00:00Z', size: 0, digest: 'offline', details: DETAILS };
}
