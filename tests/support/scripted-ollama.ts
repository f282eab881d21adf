import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { embedText } from '../../infra/local/offline-model/embed-text.ts';
import { echoFirstPassage } from './scripted-answers.ts';
import { endlessHeaders, failInStream, type OllamaFailure, type StreamFailure } from './scripted-failures.ts';

/** What the model server does; changed at any time through `script`, and read anew by every request. */
export interface OllamaScript {
  /** Milliseconds for a batch of n texts. */
  embeddingMs: (texts: number) => number;
  firstTokenMs: number;
  tokenMs: number;
  /** How many chats run at once; further ones wait for a slot. */
  slots: number;
  /** How many may wait; beyond it the answer is 503, as with OLLAMA_MAX_QUEUE. */
  queue: number;
  /** The tokens of an answer, made from the prompt. */
  answer: (prompt: string) => readonly string[];
  dimensions: number;
  /** What it says it read of a prompt of so many characters. */
  promptTokens: (characters: number) => number;
  models: readonly string[];
  /** What `/api/pull` answers: the model is there then, or the server's refusal, or the connection is cut. */
  pull: (model: string) => 'success' | 'cut' | { readonly error: string };
  /** The next requests fail with these, one each, in order; `undefined` lets one pass. */
  failures: (OllamaFailure | undefined)[];
}

export interface ScriptedOllama {
  readonly url: string;
  readonly script: OllamaScript;
  /** Bodies of the chats and embeddings that were asked for. */
  readonly chats: readonly Record<string, unknown>[];
  readonly embeddings: readonly Record<string, unknown>[];
  /** The `X-Request-ID` of each chat and embedding, and what it was. */
  readonly requestIds: readonly { readonly path: string; readonly id: string }[];
  /** Chats that are being answered now, and those whose client left before the end. */
  readonly running: number;
  readonly abandoned: number;
  close(): Promise<void>;
}

interface State {
  readonly script: OllamaScript;
  readonly chats: Record<string, unknown>[];
  readonly embeddings: Record<string, unknown>[];
  readonly requestIds: { readonly path: string; readonly id: string }[];
  readonly waiting: (() => void)[];
  running: number;
  abandoned: number;
}

const DEFAULTS: OllamaScript = {
  embeddingMs: (texts) => 12 + 8 * texts,
  firstTokenMs: 200,
  tokenMs: 7,
  slots: Number.POSITIVE_INFINITY,
  queue: 512,
  answer: (prompt) => echoFirstPassage(prompt),
  dimensions: 768,
  promptTokens: (characters) => Math.ceil(characters / 4),
  models: ['llama2:7b-chat', 'nomic-embed-text:latest'],
  pull: () => 'success',
  failures: [],
};

/** An Ollama whose every delay and failure is written down beforehand. */
export async function startScriptedOllama(script: Partial<OllamaScript> = {}): Promise<ScriptedOllama> {
  const state: State = {
    script: { ...DEFAULTS, failures: [], ...script },
    chats: [],
    embeddings: [],
    requestIds: [],
    waiting: [],
    running: 0,
    abandoned: 0,
  };
  const server = createServer((request, response) => {
    handle(state, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    script: state.script,
    chats: state.chats,
    embeddings: state.embeddings,
    requestIds: state.requestIds,
    get running() {
      return state.running;
    },
    get abandoned() {
      return state.abandoned;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function handle(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  if (pathname === '/api/version') return send(response, 200, { version: '0.0.0-scripted' });
  if (pathname === '/api/tags')
    return send(response, 200, {
      models: state.script.models.map((name) => ({ name, model: name, details: { family: 'scripted' } })),
    });
  state.requestIds.push({ path: pathname, id: String(request.headers['x-request-id'] ?? '') });
  const body = JSON.parse(await read(request)) as Record<string, unknown>;
  if (pathname === '/api/pull') return pull(state, String(body.model), response);
  if (pathname === '/api/embed') return embed(state, body, response);
  if (pathname === '/api/chat') return chat(state, body, response);
  send(response, 404, { error: 'not found' });
}

function pull({ script }: State, model: string, response: ServerResponse): void {
  const outcome = script.pull(model);
  response.writeHead(200, { 'Content-Type': 'application/x-ndjson' });
  response.write('{"status":"pulling manifest"}\n');
  if (outcome === 'cut') return void response.destroy();
  if (outcome === 'success') script.models = [...script.models, model.includes(':') ? model : `${model}:latest`];
  response.end(`${JSON.stringify(outcome === 'success' ? { status: 'success' } : outcome)}\n`);
}

async function embed(state: State, body: Record<string, unknown>, response: ServerResponse): Promise<void> {
  state.embeddings.push(body);
  const failure = state.script.failures.shift();
  if (failure?.kind === 'status') return send(response, failure.status, failure.body ?? { error: 'scripted' });
  if (failure?.kind === 'redirect') return void response.writeHead(307, { Location: failure.to }).end();
  const texts = [body.input].flat().map(String);
  // What making the vectors takes is a part of the scripted time, as it is of a model's.
  const delay = pause(state.script.embeddingMs(texts.length));
  const embeddings = texts.map((text) => embedText(text).slice(0, state.script.dimensions));
  await delay;
  if (failure?.kind === 'broken-json') return void response.end('{"embeddings": [[0.1,');
  if (failure?.kind === 'cut') return void response.destroy();
  // Until the client leaves.
  if (failure?.kind === 'stall' || failure?.kind === 'no-headers') return;
  if (failure?.kind === 'endless-headers') return endlessHeaders(response, failure.pauseMs);
  send(response, 200, { model: body.model, embeddings, total_duration: 1, load_duration: 0, prompt_eval_count: 1 });
}

async function chat(state: State, body: Record<string, unknown>, response: ServerResponse): Promise<void> {
  state.chats.push(body);
  const failure = state.script.failures.shift();
  if (failure?.kind === 'status') return send(response, failure.status, failure.body ?? { error: 'scripted' });
  if (failure?.kind === 'redirect') return void response.writeHead(307, { Location: failure.to }).end();
  if (failure?.kind === 'no-headers') return;
  if (failure?.kind === 'endless-headers') return endlessHeaders(response, failure.pauseMs);
  if (state.running >= state.script.slots) {
    if (state.waiting.length >= state.script.queue) return send(response, 503, { error: 'server busy' });
    await new Promise<void>((resolve) => state.waiting.push(resolve));
  }
  state.running += 1;
  const left = new AbortController();
  response.on('close', () => {
    if (!response.writableFinished) left.abort();
  });
  try {
    await stream(state, body, response, failure, left.signal);
  } catch (error) {
    if (!left.signal.aborted) throw error;
    state.abandoned += 1;
  } finally {
    state.running -= 1;
    state.waiting.shift()?.();
  }
}

async function stream(
  state: State,
  body: Record<string, unknown>,
  response: ServerResponse,
  failure: StreamFailure | undefined,
  signal: AbortSignal,
): Promise<void> {
  const { script } = state;
  const messages = body.messages as { content: string }[];
  const prompt = messages.map((message) => message.content).join('\n');
  const tokens = script.answer(prompt);
  const line = (content: string, rest: object) =>
    `${JSON.stringify({ model: body.model, created_at: new Date().toISOString(), message: { role: 'assistant', content }, ...rest })}\n`;
  await pause(script.firstTokenMs, undefined, { signal });
  response.writeHead(200, { 'Content-Type': 'application/x-ndjson' });
  for (const [place, token] of [...tokens, ''].entries()) {
    if (failure?.afterTokens === place) {
      if ((await failInStream(failure, { response, line, token, tokens, signal })) === 'ended') return;
    }
    if (place === tokens.length) break;
    if (place > 0) await pause(script.tokenMs, undefined, { signal });
    response.write(line(token, { done: false }));
  }
  const counts = {
    prompt_eval_count: script.promptTokens(prompt.length),
    eval_count: tokens.length,
    total_duration: 1,
    load_duration: 0,
  };
  response.end(line('', { done: true, done_reason: 'stop', ...counts }));
}

async function read(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}
