import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { runInScope } from '../../../../shared/observability/request-scope.ts';
import { answerStatus, openTestClient, useTestServer } from '../../../support/use-test-server.ts';

const server = useTestServer();

describe('tells who asks', () => {
  test('with the id of the running request', async () => {
    const scope = { requestId: 'request-of-a-visitor', service: 'test' };

    await runInScope(scope, () => openTestClient().fetch(server.address));

    expect(server.seen[0]?.requestId).toBe('request-of-a-visitor');
  });

  test('with nothing outside of a request, and never over a header that is there', async () => {
    const { fetch } = openTestClient();

    await fetch(server.address);
    await runInScope({ requestId: 'request-of-a-visitor', service: 'test' }, () =>
      fetch(new Request(server.address, { headers: { 'X-Request-ID': 'another-request' } })),
    );

    expect(server.seen.map(({ requestId }) => requestId)).toEqual([undefined, 'another-request']);
  });
});

describe('repeats', () => {
  test('what is safe to repeat, until it works', async () => {
    server.answer = (_, response, attempt) => response.writeHead(attempt < 3 ? 503 : 200).end();

    const response = await openTestClient().fetch(server.address);

    expect([response.status, server.seen.length]).toEqual([200, 3]);
  });

  test('no POST, because nobody knows whether it was done', async () => {
    server.answer = answerStatus(503);

    const response = await openTestClient().fetch(server.address, { method: 'POST', body: 'order' });

    expect([response.status, server.seen.length]).toEqual([503, 1]);
  });

  test('a POST that was declared to be safe, with its whole body', async () => {
    server.answer = (_, response, attempt) => response.writeHead(attempt < 2 ? 502 : 200).end();
    const { fetch } = openTestClient({ isRepeatable: (_, url) => url.pathname === '/embed' });

    const response = await fetch(new Request(`${server.address}/embed`, { method: 'POST', body: 'some text' }));

    expect(response.status).toBe(200);
    expect(server.seen.map(({ body }) => body)).toEqual(['some text', 'some text']);
  });

  test('a POST that never left, because nobody listened', async () => {
    const { port } = await freePort();
    const late = createServer((_, response) => response.end('late'));
    const asking = openTestClient({ retries: 20, breaker: { failures: 100 } }).fetch(`http://127.0.0.1:${port}`, {
      method: 'POST',
    });
    await new Promise<void>((resolve) => late.listen(port, '127.0.0.1', resolve));

    const text = await (await asking).text();

    expect(text).toBe('late');
    late.closeAllConnections();
    late.close();
  });

  test('neither a refusal nor an error of the server’s own', async () => {
    server.answer = (_, response, attempt) => response.writeHead(attempt === 1 ? 404 : 500).end();
    const { fetch } = openTestClient();

    const statuses = [(await fetch(server.address)).status, (await fetch(server.address)).status];

    expect(statuses).toEqual([404, 500]);
  });
});

async function freePort(): Promise<{ port: number }> {
  const listening = createServer();
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  const { port } = listening.address() as AddressInfo;
  await new Promise((resolve) => listening.close(resolve));
  return { port };
}
