import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import { until } from '../../../../support/until.ts';
import { ok } from './fake-functions.ts';
import { useGateway } from './use-gateway.ts';

const open = useGateway();

describe('$connect', () => {
  test('sees headers, query and the address, and lets the socket open', async () => {
    const { connect, functions } = await open(() => ok());
    const socket = connect();

    await once(socket, 'open');

    const [event] = functions.events;
    expect(event.queryStringParameters).toEqual({ ticket: 't' });
    expect(event.headers.Origin).toBe('https://a.example');
    expect(event.requestContext).toMatchObject({ eventType: 'CONNECT', identity: { sourceIp: '127.0.0.1' } });
  });

  test.each([401, 403, 500])('that answers %i refuses the handshake with it', async (statusCode) => {
    const { connect, kinds } = await open(() => ok({ statusCode }));

    expect(await refusal(connect())).toBe(statusCode);

    expect(kinds()).toEqual(['$connect']);
  });

  test('that refuses is passed on with its headers and its body', async () => {
    const headers = { 'Content-Type': 'application/json', 'X-Request-ID': 'request-1', 'Retry-After': '60' };
    const { connect } = await open(() => ok({ statusCode: 429, headers, body: '{"error":{}}' }));

    const response = await refused(connect());

    expect(response.headers).toMatchObject({ 'x-request-id': 'request-1', 'retry-after': '60' });
    expect(await textOf(response)).toBe('{"error":{}}');
  });

  test('is answered for by the host, in the shape of every error, where it fails and where there is none', async () => {
    const { connect } = await open(() => ({ kind: 'failure', errorType: 'E', message: 'm' }));

    for (const [path, code] of [
      ['/socket', 'UPSTREAM_FAILED'],
      ['/elsewhere', 'NOT_FOUND'],
    ]) {
      const response = await refused(connect(path));
      const { error } = JSON.parse(await textOf(response));
      expect(error).toMatchObject({ code, request_id: response.headers['x-request-id'] });
    }
  });

  test('that fails refuses with 502, and one that hangs with 504', async () => {
    const first = await open(() => ({ kind: 'failure', errorType: 'E', message: 'm' }));
    expect(await refusal(first.connect())).toBe(502);
    const second = await open(() => ({ kind: 'timeout' }));
    expect(await refusal(second.connect())).toBe(504);
  });

  test('is not asked for another path', async () => {
    const { connect, kinds } = await open(() => ok());

    expect(await refusal(connect('/elsewhere'))).toBe(404);

    expect(kinds()).toEqual([]);
  });

  test('of a client that left meanwhile is followed by $disconnect', async () => {
    let proceed = () => {};
    const { connect, kinds } = await open(async (event) => {
      if (event.requestContext.routeKey === '$connect') await new Promise<void>((resolve) => (proceed = resolve));
      return ok();
    });
    const socket = connect();
    socket.on('error', () => {});
    await until('$connect', () => kinds().length === 1);

    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.terminate();
    await closed;
    proceed();

    await until('$disconnect', () => kinds().includes('$disconnect'));
  });
});

describe('the end of a connection', () => {
  test('is told with the client code, after its last frame', async () => {
    let proceed = () => {};
    const { connect, functions, kinds } = await open(async (event) => {
      if (event.requestContext.eventType === 'MESSAGE') await new Promise<void>((resolve) => (proceed = resolve));
      return ok();
    });
    const socket = connect();
    await once(socket, 'open');

    socket.send('last words');
    socket.close(4001, 'bye');
    await once(socket, 'close');
    expect(kinds()).not.toContain('$disconnect');
    proceed();

    await until('$disconnect', () => kinds().includes('$disconnect'));
    expect(kinds()).toEqual(['$connect', '$default', '$disconnect']);
    expect(functions.events[2].requestContext).toMatchObject({ disconnectStatusCode: 4001, disconnectReason: 'bye' });
  });

  test.each([
    ['idle', { idleMs: 50, maxAgeMs: 1e9 }],
    ['open', { idleMs: 1e9, maxAgeMs: 50 }],
  ])('comes with 1001 when it has been %s for too long', async (_, limits) => {
    const { connect, connections } = await open(() => ok(), limits);
    const socket = connect();
    await once(socket, 'open');
    const closed = once(socket, 'close');

    // As though it were looked at a while later.
    connections.sweep(Date.now() + 60);

    expect((await closed)[0]).toBe(1001);
  });

  test('on stop is a closing frame and 1001, with $disconnect handled', async () => {
    const { connect, kinds, gateway: running } = await open(() => ok());
    const socket = connect();
    await once(socket, 'open');
    const frames: string[] = [];
    socket.on('message', (data) => frames.push(String(data)));
    const closed = once(socket, 'close');

    await running.stop();

    expect((await closed)[0]).toBe(1001);
    expect(frames.map((text) => JSON.parse(text))).toMatchObject([{ type: 'closing' }]);
    expect(kinds()).toContain('$disconnect');
  });
});

async function refused(socket: WebSocket): Promise<IncomingMessage> {
  const [, response] = await once(socket, 'unexpected-response');
  return response;
}

const refusal = async (socket: WebSocket) => (await refused(socket)).statusCode;
