import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as z from 'zod';
import { composeAnswer } from './compose-answer.ts';
import { embedText } from './embed-text.ts';
import { readJson, sendJson } from './json-http.ts';
import { readPrompt } from './read-prompt.ts';

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

const EmbedRequest = z.object({ model: z.string(), input: z.union([z.string(), z.array(z.string())]) });
const ChatRequest = z.object({
  model: z.string(),
  messages: z.array(z.object({ role: z.string(), content: z.string() })).min(1),
  stream: z.boolean().default(true),
  options: z.object({ num_predict: z.number().optional() }).default({}),
});

/**
 * Speaks Ollama's HTTP API without weights, on loopback: embeddings by feature hashing, answers by choosing
 * sentences from the passages in the prompt. It says what it is in `/api/version`, `/api/tags` and `/api/show`
 * (family `understudy-offline`); the services refuse it outside the stages `local` and `test`.
 */
export async function startOfflineModel(options: OfflineModelOptions = {}): Promise<OfflineModel> {
  const models = options.models ?? ['llama2:7b-chat', 'nomic-embed-text:latest', 'understudy-offline-embed:latest'];
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

function embed(response: ServerResponse, request: z.output<typeof EmbedRequest>): void {
  const startedAt = process.hrtime.bigint();
  const texts = typeof request.input === 'string' ? [request.input] : request.input;
  const embeddings = texts.map(embedText);
  sendJson(response, {
    model: request.model,
    embeddings,
    total_duration: Number(process.hrtime.bigint() - startedAt),
    load_duration: 0,
    prompt_eval_count: countTokens(texts.join(' ')),
  });
}

async function chat(
  response: ServerResponse,
  request: z.output<typeof ChatRequest>,
  tokenDelayMs: number,
): Promise<void> {
  const startedAt = process.hrtime.bigint();
  const elapsed = () => Number(process.hrtime.bigint() - startedAt);
  const answer = composeAnswer(readPrompt(request.messages));
  const promptMs = elapsed();
  const tokens = answer.match(/\s*\S+/g) ?? [];
  const limit = request.options.num_predict ?? -1;
  const told = limit > 0 ? tokens.slice(0, limit) : tokens;
  const line = (content: string, rest: object) => ({
    model: request.model,
    created_at: new Date().toISOString(),
    message: { role: 'assistant', content },
    ...rest,
  });
  const end = () => ({
    done: true,
    done_reason: told.length < tokens.length ? 'length' : 'stop',
    total_duration: elapsed(),
    load_duration: 0,
    prompt_eval_count: countTokens(request.messages.map((message) => message.content).join(' ')),
    prompt_eval_duration: promptMs,
    eval_count: told.length,
    eval_duration: elapsed() - promptMs,
  });
  if (!request.stream) return sendJson(response, line(told.join(''), end()));

  response.writeHead(200, { 'Content-Type': 'application/x-ndjson' });
  for (const token of told) {
    if (response.destroyed) return;
    response.write(`${JSON.stringify(line(token, { done: false }))}\n`);
    await new Promise((resolve) => setTimeout(resolve, tokenDelayMs));
  }
  response.end(`${JSON.stringify(line('', end()))}\n`);
}

function describe(name: string) {
  return { name, model: name, modified_at: '2026-01-01T00:00:00Z', size: 0, digest: 'offline', details: DETAILS };
}

function countTokens(text: string): number {
  return Math.ceil(text.length / 4);
}
