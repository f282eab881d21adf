import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type ChatPart, type OllamaGateway, openOllama } from '../../../../../functions/ai/gateways/ollama.ts';
import { openHttpClient } from '../../../../../shared/clients/http-client.ts';
import { type ScriptedOllama, startScriptedOllama } from '../../../../support/scripted-ollama.ts';

let server: ScriptedOllama;
let ollama: OllamaGateway;

beforeEach(async () => {
  server = await startScriptedOllama({ firstTokenMs: 5, tokenMs: 1, embeddingMs: () => 1 });
  ollama = gatewayTo(server.url);
});
afterEach(() => server.close());

function gatewayTo(url: string): OllamaGateway {
  const http = openHttpClient({ name: 'test', retries: 0, breaker: { failures: 100 } });
  return openOllama({ url, chatModel: 'llama2:7b-chat', embeddingModel: 'nomic-embed-text', http });
}

const request = { messages: [{ role: 'user' as const, content: 'Hello?' }], numCtx: 4_096, maxTokens: 100 };

async function collect(parts: AsyncIterable<ChatPart>): Promise<ChatPart[]> {
  const all: ChatPart[] = [];
  for await (const part of parts) all.push(part);
  return all;
}

describe('embeddings', () => {
  test('come in one call, with the prefix of their kind and the context size', async () => {
    const vectors = await ollama.embed(['one', 'two'], 'document');

    expect(vectors.map((vector) => vector.length)).toEqual([768, 768]);
    expect(server.embeddings).toHaveLength(1);
    expect(server.embeddings[0]).toMatchObject({
      input: ['search_document: one', 'search_document: two'],
      truncate: false,
      options: { num_ctx: 2_048 },
    });
  });

  test('of another width are an error', async () => {
    server.script.dimensions = 384;

    await expect(ollama.embed(['one'], 'query')).rejects.toMatchObject({ code: 'UPSTREAM_FAILED' });
  });

  test('that are no JSON are an error', async () => {
    server.script.failures = [{ kind: 'broken-json', afterTokens: 0 }];

    await expect(ollama.embed(['one'], 'query')).rejects.toMatchObject({ code: 'UPSTREAM_FAILED' });
  });

  test('of a server that is busy are unavailable, and what it said stays inside', async () => {
    server.script.failures = [{ kind: 'status', status: 503, body: 'secret host 10.0.0.7 is busy' }];

    const failure = await ollama.embed(['one'], 'query').catch((error: unknown) => error);

    expect(failure).toMatchObject({ code: 'DEPENDENCY_UNAVAILABLE' });
    expect(JSON.stringify(failure)).not.toContain('10.0.0.7');
    expect(String(failure)).not.toContain('10.0.0.7');
  });
});

describe('an answer', () => {
  test('streams its tokens and ends with the counts; the context size is always sent', async () => {
    server.script.answer = () => ['Good', ' day'];
    server.script.promptTokens = () => 100;

    const parts = await collect(ollama.chat(request));

    expect(parts).toEqual([
      { type: 'token', text: 'Good' },
      { type: 'token', text: ' day' },
      { type: 'end', reason: 'stop', promptTokens: 100, answerTokens: 2 },
    ]);
    expect(server.chats[0]).toMatchObject({ stream: true, options: { num_ctx: 4_096, num_predict: 100 } });
  });

  test.each([
    ['a line that is no JSON', { kind: 'broken-json', afterTokens: 1 }],
    ['a cut connection', { kind: 'cut', afterTokens: 1 }],
    ['a stream without its end', { kind: 'no-end', afterTokens: 1 }],
    ['a status of 500', { kind: 'status', status: 500 }],
  ] as const)('with %s is an error, not a shorter answer', async (_, failure) => {
    const warn = vi.spyOn(console, 'warn');
    server.script.answer = () => ['Good', ' day'];
    server.script.promptTokens = () => 100;
    server.script.failures = [failure];

    await expect(collect(ollama.chat(request))).rejects.toMatchObject({ code: 'UPSTREAM_FAILED' });
    expect(warn).not.toHaveBeenCalled();
  });

  test('that never begins is given up, and the request ends at the server', async () => {
    server.script.failures = [{ kind: 'stall', afterTokens: 0 }];

    await expect(collect(ollama.chat({ ...request, firstTokenTimeoutMs: 50 }))).rejects.toMatchObject({
      code: 'UPSTREAM_TIMEOUT',
    });
    await vi.waitFor(() => expect(server).toMatchObject({ running: 0, abandoned: 1 }));
  });

  test('that falls silent half way is given up', async () => {
    server.script.failures = [{ kind: 'stall', afterTokens: 1 }];

    const parts = collect(ollama.chat({ ...request, betweenTokensTimeoutMs: 50 }));

    await expect(parts).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
  });

  test('that is aborted ends at the server and tells the reason', async () => {
    server.script.answer = () => Array.from({ length: 10_000 }, () => 'word ');
    const controller = new AbortController();
    const reason = new Error('the visitor left');

    const parts = collect(ollama.chat({ ...request, signal: controller.signal }));
    await vi.waitFor(() => expect(server.running).toBe(1));
    controller.abort(reason);

    await expect(parts).rejects.toBe(reason);
    await vi.waitFor(() => expect(server).toMatchObject({ running: 0, abandoned: 1 }));
  });

  test('that nobody goes on reading ends at the server', async () => {
    server.script.answer = () => Array.from({ length: 10_000 }, () => 'word ');

    for await (const part of ollama.chat(request)) if (part.type === 'token') break;

    await vi.waitFor(() => expect(server).toMatchObject({ running: 0, abandoned: 1 }));
  });
});

test('a server that does not run is an error within a moment', async () => {
  await server.close();

  await expect(ollama.embed(['one'], 'query')).rejects.toMatchObject({ code: 'UPSTREAM_FAILED' });
});

test('models are ready when the server lists them', async () => {
  server.script.models = ['nomic-embed-text:latest'];

  expect(await ollama.models()).toEqual({
    chat: { name: 'llama2:7b-chat', ready: false },
    embedding: { name: 'nomic-embed-text', ready: true },
    offline: false,
  });
});
