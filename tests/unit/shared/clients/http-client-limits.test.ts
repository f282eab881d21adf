import { describe, expect, test, vi } from 'vitest';
import { runInScope } from '../../../../shared/observability/request-scope.ts';
import { until } from '../../../support/until.ts';
import { nextRequest, openTestClient, stopClock, useTestServer } from '../../../support/use-test-server.ts';

const server = useTestServer();

const TIMEOUT_MS = 1_000;

describe('ends', () => {
  test('a call that takes longer than its limit', async () => {
    stopClock();
    const arrived = nextRequest(server);
    const asking = openTestClient({ timeoutMs: TIMEOUT_MS }).fetch(server.address);
    const ended = expect(asking).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    await arrived;

    vi.advanceTimersByTime(TIMEOUT_MS);

    await ended;
  });

  test('a body that takes longer than its limit', async () => {
    stopClock();
    server.answer = (_, response) => response.writeHead(200, { 'Content-Type': 'application/json' }).write('{"half":');
    const response = await openTestClient({ timeoutMs: TIMEOUT_MS }).fetch(server.address);
    const ended = expect(response.text()).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });

    vi.advanceTimersByTime(TIMEOUT_MS);

    await ended;
  });

  test('a call before the deadline of the running request, whatever its own limit', async () => {
    stopClock();
    const scope = { requestId: 'about-to-end', service: 'test', deadlineAtMs: Date.now() + 5_000 };
    const arrived = nextRequest(server);
    const asking = runInScope(scope, () => openTestClient().fetch(server.address));
    const ended = expect(asking).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    await arrived;

    vi.advanceTimersByTime(4_999);

    await ended;
    expect(Date.now()).toBeLessThan(scope.deadlineAtMs);
  });

  test('a call with the caller’s signal, down to the connection', async () => {
    let closed = false;
    server.answer = (request) => request.socket.on('close', () => (closed = true));
    const leaving = new AbortController();
    const asking = openTestClient().fetch(server.address, { signal: leaving.signal });
    await until('the request to arrive', () => server.seen.length === 1);

    leaving.abort(new Error('the visitor left'));

    await expect(asking).rejects.toThrow('the visitor left');
    await until('the connection to close', () => closed);
  });

  test('a stream with the caller’s signal, after it has begun', async () => {
    let closed = false;
    server.answer = (request, response) => {
      request.socket.on('close', () => (closed = true));
      response.writeHead(200, { 'Content-Type': 'application/x-ndjson' }).write('{"token":1}\n');
    };
    const leaving = new AbortController();
    const response = await openTestClient().fetch(server.address, { signal: leaving.signal });
    const reader = response.body?.getReader();
    await reader?.read();

    leaving.abort(new Error('cancelled'));

    await expect(reader?.read()).rejects.toThrow('cancelled');
    await until('the connection to close', () => closed);
  });
});

test('lets a stream take longer than the limit, each piece as it comes', async () => {
  stopClock();
  const arrived = nextRequest(server);
  const asking = openTestClient({ timeoutMs: TIMEOUT_MS }).fetch(server.address);
  const stream = await arrived;
  stream.writeHead(200, { 'Content-Type': 'application/x-ndjson' }).write('{"token":1}\n');
  const reader = (await asking).body?.getReader();
  const read = async () => Buffer.from((await reader?.read())?.value ?? []).toString();
  const first = await read();

  vi.advanceTimersByTime(3 * TIMEOUT_MS);
  stream.end('{"token":2}\n');

  expect([first, await read()]).toEqual(['{"token":1}\n', '{"token":2}\n']);
});
