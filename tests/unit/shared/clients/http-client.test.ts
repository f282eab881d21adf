import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type HttpClientOptions, openHttpClient } from '../../../../shared/clients/http-client.ts';
import { runInScope } from '../../../../shared/observability/request-scope.ts';
import { until } from '../../../support/until.ts';

type Answer = (request: IncomingMessage, response: ServerResponse, attempt: number) => void;

describe('the http client', () => {
  let server: Server;
  let address: string;
  let answer: Answer;
  let seen: { method: string; requestId: string | undefined; body: string }[];

  beforeAll(async () => {
    server = createServer(async (request, response) => {
      const body = await Array.fromAsync(request);
      const requestId = request.headers['x-request-id']?.toString();
      seen.push({ method: request.method ?? '', requestId, body: Buffer.concat(body).toString() });
      answer(request, response, seen.length);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  beforeEach(() => {
    seen = [];
    answer = (_, response) => response.end('fine');
  });

  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const open = (options: Partial<HttpClientOptions> = {}) =>
    openHttpClient({ name: `test-${randomUUID()}`, ...options });
  const status = (code: number, headers: Record<string, string> = {}): Answer => {
    return (_, response) => response.writeHead(code, headers).end();
  };
  const never: Answer = () => {};

  describe('tells who asks', () => {
    test('with the id of the running request', async () => {
      const scope = { requestId: 'request-of-a-visitor', service: 'test' };

      await runInScope(scope, () => open().fetch(address));

      expect(seen[0]?.requestId).toBe('request-of-a-visitor');
    });

    test('with nothing outside of a request, and never over a header that is there', async () => {
      const { fetch } = open();

      await fetch(address);
      await runInScope({ requestId: 'request-of-a-visitor', service: 'test' }, () =>
        fetch(new Request(address, { headers: { 'X-Request-ID': 'another-request' } })),
      );

      expect(seen.map(({ requestId }) => requestId)).toEqual([undefined, 'another-request']);
    });
  });

  describe('repeats', () => {
    test('what is safe to repeat, until it works', async () => {
      answer = (_, response, attempt) => response.writeHead(attempt < 3 ? 503 : 200).end();

      const response = await open().fetch(address);

      expect([response.status, seen.length]).toEqual([200, 3]);
    });

    test('no POST, because nobody knows whether it was done', async () => {
      answer = status(503);

      const response = await open().fetch(address, { method: 'POST', body: 'order' });

      expect([response.status, seen.length]).toEqual([503, 1]);
    });

    test('a POST that was declared to be safe, with its whole body', async () => {
      answer = (_, response, attempt) => response.writeHead(attempt < 2 ? 502 : 200).end();
      const { fetch } = open({ isRepeatable: (_, url) => url.pathname === '/embed' });

      const response = await fetch(new Request(`${address}/embed`, { method: 'POST', body: 'some text' }));

      expect(response.status).toBe(200);
      expect(seen.map(({ body }) => body)).toEqual(['some text', 'some text']);
    });

    test('a POST that never left, because nobody listened', async () => {
      const { port } = await freePort();
      const late = createServer((_, response) => response.end('late'));
      const asking = open({ retries: 20, breaker: { failures: 100 } }).fetch(`http://127.0.0.1:${port}`, {
        method: 'POST',
      });
      await new Promise<void>((resolve) => late.listen(port, '127.0.0.1', resolve));

      const text = await (await asking).text();

      expect(text).toBe('late');
      late.closeAllConnections();
      late.close();
    });

    test('neither a refusal nor an error of the server’s own', async () => {
      answer = (_, response, attempt) => response.writeHead(attempt === 1 ? 404 : 500).end();
      const { fetch } = open();

      const statuses = [(await fetch(address)).status, (await fetch(address)).status];

      expect(statuses).toEqual([404, 500]);
    });
  });

  describe('ends', () => {
    test('a call that takes longer than its limit', async () => {
      answer = never;

      const asking = open({ timeoutMs: 50 }).fetch(address);

      await expect(asking).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    });

    test('a body that takes longer than its limit', async () => {
      answer = (_, response) => response.writeHead(200, { 'Content-Type': 'application/json' }).write('{"half":');

      const response = await open({ timeoutMs: 100 }).fetch(address);

      await expect(response.text()).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    });

    test('a call at the deadline of the running request, whatever its own limit', async () => {
      answer = never;
      const scope = { requestId: 'about-to-end', service: 'test', deadlineAtMs: Date.now() + 350 };

      const asking = runInScope(scope, () => open().fetch(address));

      await expect(asking).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
      expect(Date.now()).toBeLessThan(scope.deadlineAtMs);
    });

    test('a call with the caller’s signal, down to the connection', async () => {
      let closed = false;
      answer = (request) => request.socket.on('close', () => (closed = true));
      const leaving = new AbortController();
      const asking = open().fetch(address, { signal: leaving.signal });
      await until('the request to arrive', () => seen.length === 1);

      leaving.abort(new Error('the visitor left'));

      await expect(asking).rejects.toThrow('the visitor left');
      await until('the connection to close', () => closed);
    });

    test('a stream with the caller’s signal, after it has begun', async () => {
      let closed = false;
      answer = (request, response) => {
        request.socket.on('close', () => (closed = true));
        response.writeHead(200, { 'Content-Type': 'application/x-ndjson' }).write('{"token":1}\n');
      };
      const leaving = new AbortController();
      const response = await open().fetch(address, { signal: leaving.signal });
      const reader = response.body?.getReader();
      await reader?.read();

      leaving.abort(new Error('cancelled'));

      await expect(reader?.read()).rejects.toThrow('cancelled');
      await until('the connection to close', () => closed);
    });
  });

  test('lets a stream take longer than the limit, each piece as it comes', async () => {
    answer = (_, response) => {
      response.writeHead(200, { 'Content-Type': 'application/x-ndjson' }).write('{"token":1}\n');
      setTimeout(() => response.end('{"token":2}\n'), 250);
    };

    const response = await open({ timeoutMs: 100 }).fetch(address);
    const pieces = await Array.fromAsync(response.body ?? [], (piece) => Buffer.from(piece).toString());

    expect(pieces).toEqual(['{"token":1}\n', '{"token":2}\n']);
  });

  describe('opens its circuit', () => {
    const breaker = { failures: 3, openMs: 150 };
    const failing = async (fetch: typeof globalThis.fetch) => {
      answer = status(503);
      for (let call = 0; call < breaker.failures; call++) await fetch(address);
    };

    test('after so many failures in a row, and then asks no more', async () => {
      const { fetch } = open({ breaker, retries: 0 });
      await failing(fetch);

      const asking = fetch(address);

      await expect(asking).rejects.toMatchObject({ code: 'DEPENDENCY_UNAVAILABLE' });
      expect(seen).toHaveLength(3);
    });

    test('until one call probes and succeeds', async () => {
      const { fetch } = open({ breaker, retries: 0 });
      await failing(fetch);
      answer = (_, response) => response.end('well again');

      const text = await until('the circuit to let a call through', () =>
        fetch(address).then(
          (response) => response.text(),
          () => undefined,
        ),
      );

      expect(text).toBe('well again');
      expect((await fetch(address)).status).toBe(200);
    });

    test('again when the probe fails, letting nobody else through meanwhile', async () => {
      const { fetch } = open({ breaker, retries: 0 });
      await failing(fetch);
      let release = () => {};
      answer = (_, response) => {
        release = () => response.writeHead(503).end();
      };
      const arrived = until('the probe to arrive', () => seen.length === 4);
      const probe = await until('the circuit to let a call through', async () => {
        const call = fetch(address);
        await Promise.race([call.catch(() => {}), arrived]);
        return seen.length === 4 && { call };
      });

      const beside = fetch(address);

      await expect(beside).rejects.toMatchObject({ code: 'DEPENDENCY_UNAVAILABLE' });
      release();
      expect((await probe.call).status).toBe(503);
      await expect(fetch(address)).rejects.toMatchObject({ code: 'DEPENDENCY_UNAVAILABLE' });
      expect(seen).toHaveLength(4);
    });

    test('not because callers leave or ask for what is not there', async () => {
      const { fetch } = open({ breaker, retries: 0 });
      answer = status(404);
      for (let call = 0; call < 5; call++) await fetch(address);
      answer = never;
      for (let call = 0; call < 5; call++) await fetch(address, { signal: AbortSignal.timeout(10) }).catch(() => {});
      answer = status(200);

      const response = await fetch(address);

      expect(response.status).toBe(200);
    });
  });
});

async function freePort(): Promise<{ port: number }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return { port };
}
