import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, onTestFinished, vi } from 'vitest';
import { type HttpClientOptions, openHttpClient } from '../../shared/clients/http-client.ts';

export type TestAnswer = (request: IncomingMessage, response: ServerResponse, attempt: number) => void;

export interface TestServer {
  readonly address: string;
  /** What it does with a request; at the beginning of each test it answers. */
  answer: TestAnswer;
  /** What was asked for since the beginning of the test. */
  seen: { readonly method: string; readonly requestId: string | undefined; readonly body: string }[];
}

export const answerStatus =
  (code: number): TestAnswer =>
  (_, response) =>
    response.writeHead(code).end();

/** A server for the tests of one file, whose every answer is theirs. */
export function useTestServer(): TestServer {
  const answerFine: TestAnswer = (_, response) => response.end('fine');
  const used = { address: '', answer: answerFine, seen: [] as TestServer['seen'] };
  const server = createServer(async (request, response) => {
    const body = await Array.fromAsync(request);
    const requestId = request.headers['x-request-id']?.toString();
    used.seen.push({ method: request.method ?? '', requestId, body: Buffer.concat(body).toString() });
    used.answer(request, response, used.seen.length);
  });
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    used.address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    used.seen = [];
    used.answer = answerFine;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return used;
}

/** A client with a circuit breaker of its own. */
export const openTestClient = (options: Partial<HttpClientOptions> = {}) =>
  openHttpClient({ name: `test-${randomUUID()}`, ...options });

/** The next request's response, once it has arrived; the test answers it. */
export const nextRequest = (server: TestServer): Promise<ServerResponse> =>
  new Promise((resolve) => {
    server.answer = (_, response) => resolve(response);
  });

/** Until the end of the test time stands still, but for what the test lets pass: what the network takes is none. */
export function stopClock(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  onTestFinished(() => void vi.useRealTimers());
}
