import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type LocalServer, openLocalServer } from '../../../../../infra/local/http/local-server.ts';

let server: LocalServer;

beforeEach(async () => {
  server = await openLocalServer(0);
  server.serve(
    (_, response) => response.end('served'),
    (_, socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n'),
  );
});
afterEach(() => server.close(1_000));

async function ask(upgrade: string): Promise<string> {
  const client = connect(server.port, '127.0.0.1');
  const connection = upgrade === 'h2c' ? 'Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABk' : 'Upgrade';
  client.write(
    `GET / HTTP/1.1\r\nHost: localhost:${server.port}\r\nUpgrade: ${upgrade}\r\nConnection: ${connection}\r\n\r\n`,
  );
  const [answer] = await once(client, 'data');
  client.destroy();
  return String(answer);
}

/** What comes back for bytes that no client library would send. */
async function send(text: string): Promise<string> {
  const client = connect(server.port, '127.0.0.1');
  const parts: Buffer[] = [];
  client.on('data', (part) => parts.push(part));
  client.write(text);
  await once(client, 'close');
  return Buffer.concat(parts).toString();
}

describe('the local server', () => {
  test.each([
    ['no HTTP', 'hello\r\n\r\n', 400, 'VALIDATION_FAILED'],
    ['letters that must be escaped', 'GET /é HTTP/1.1\r\nHost: HERE\r\n\r\n', 400, 'VALIDATION_FAILED'],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nHost: HERE\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      400,
      'VALIDATION_FAILED',
    ],
    ['long headers', `GET / HTTP/1.1\r\nHost: HERE\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 413, 'PAYLOAD_TOO_LARGE'],
    ['no host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 403, 'PERMISSION_DENIED'],
    ['a wish', 'GET / HTTP/1.1\r\nHost: HERE\r\nExpect: tea\r\nConnection: close\r\n\r\n', 400, 'VALIDATION_FAILED'],
  ])('answers %s in the shape of every error', async (_, text, status, code) => {
    const answer = await send(text.replace('HERE', `127.0.0.1:${server.port}`));

    const [head = '', body = ''] = answer.split('\r\n\r\n');
    const { error } = JSON.parse(body);
    expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(error.code).toBe(code);
    expect(head).toContain(`X-Request-ID: ${error.request_id}`);
  });

  test.each(['websocket', 'WebSocket'])('hands an upgrade to %s on', async (upgrade) => {
    expect(await ask(upgrade)).toMatch(/^HTTP\/1.1 101 /);
  });

  test('answers a client that would rather speak HTTP/2 as if it had not asked', async () => {
    expect(await ask('h2c')).toMatch(/^HTTP\/1.1 200 .*served/s);
  });

  test.each([
    ['no line of a request', 'nonsense\r\n\r\n', 400],
    ['two lengths', 'POST / HTTP/1.1\r\nHost: $h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n', 400],
    ['headers without end', `GET / HTTP/1.1\r\nHost: $h\r\nX-A: ${'a'.repeat(20_000)}\r\n\r\n`, 413],
    ['an expectation of its own', 'POST / HTTP/1.1\r\nHost: $h\r\nExpect: wonders\r\nContent-Length: 2\r\n\r\n{}', 400],
    [
      'a foreign host that wants a socket',
      'GET / HTTP/1.1\r\nHost: evil.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
      403,
    ],
  ])('answers %s with an envelope', async (_what, request, status) => {
    const client = connect(server.port, '127.0.0.1');
    client.write(request.replace('$h', `localhost:${server.port}`));
    const [answer] = await once(client, 'data');
    client.destroy();
    const [head = '', body = ''] = String(answer).split('\r\n\r\n');

    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    const { error } = JSON.parse(body);
    expect(head.toLowerCase()).toContain(`x-request-id: ${error.request_id}`);
  });
});
