import { once } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { SocketLimits } from '../../../../../infra/local/http/connection-registry.ts';
import { type LocalServer, openLocalServer } from '../../../../../infra/local/http/local-server.ts';
import { type SocketGateway, socketGateway } from '../../../../../infra/local/http/socket-gateway.ts';
import { until } from '../../../../support/until.ts';
import { type FakeEvent, fakeFunctions, ok } from './fake-functions.ts';

const API = {
  apiId: 'ws',
  stage: 'socket',
  selection: '$request.body.action',
  routes: new Map([
    ['$connect', 'F'],
    ['$disconnect', 'F'],
    ['$default', 'F'],
  ]),
};

let server: LocalServer | undefined;
let gateway: SocketGateway | undefined;

afterEach(async () => {
  await gateway?.stop();
  await server?.close(100);
});

async function open(
  answer: (event: FakeEvent) => ReturnType<typeof ok> | Promise<ReturnType<typeof ok>>,
  limits?: SocketLimits,
) {
  const functions = fakeFunctions(answer);
  const running = await openLocalServer(0);
  gateway = socketGateway(API, functions, '/socket', limits);
  running.serve((_, response) => response.end(), gateway.onUpgrade);
  server = running;
  const connect = (path = '/socket?ticket=t') =>
    new WebSocket(`ws://127.0.0.1:${running.port}${path}`, { origin: 'https://a.example' });
  const kinds = () => functions.events.map((event) => event.requestContext.routeKey as string);
  return { connect, functions, kinds, connections: gateway.connections, gateway };
}

async function refusal(socket: WebSocket): Promise<number | undefined> {
  const [, response] = await once(socket, 'unexpected-response');
  return response.statusCode;
}

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

  test('that fails refuses with 502, and one that hangs with 504', async () => {
    const first = await open(() => ({ kind: 'failure', errorType: 'E', message: 'm' }));
    expect(await refusal(first.connect())).toBe(502);
    await server?.close(100);

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

describe('frames', () => {
  test('reach $default one after the other, in the order they came', async () => {
    const seen: string[] = [];
    let proceed = () => {};
    const { connect, functions } = await open(async (event) => {
      if (event.requestContext.eventType !== 'MESSAGE') return ok();
      if (event.body === '0') await new Promise<void>((resolve) => (proceed = resolve));
      seen.push(event.body);
      return ok();
    });
    const socket = connect();
    await once(socket, 'open');

    const sent = Array.from({ length: 200 }, (_, index) => String(index));
    for (const text of sent) socket.send(text);
    await until('the first frame to be held', () => functions.events.some(({ body }) => body === '0'));
    expect(seen).toEqual([]);
    proceed();

    await until('all frames', () => seen.length === sent.length);
    expect(seen).toEqual(sent);
  });

  test('of one connection do not wait for those of another', async () => {
    const { connect, functions } = await open((event) => (event.body === 'slow' ? new Promise(() => {}) : ok()));
    const [slow, quick] = [connect(), connect()];
    await Promise.all([once(slow, 'open'), once(quick, 'open')]);

    slow.send('slow');
    quick.send('quick');

    await until('the quick one', () => functions.events.some((event) => event.body === 'quick'));
    slow.terminate();
  });

  test('above 32 KB close with 1009 and reach nobody', async () => {
    const { connect, functions } = await open(() => ok());
    const socket = connect();
    await once(socket, 'open');

    socket.send('x'.repeat(32 * 1024 + 1));

    expect((await once(socket, 'close'))[0]).toBe(1009);
    expect(functions.events.filter((event) => event.requestContext.eventType === 'MESSAGE')).toEqual([]);
  });

  test('of exactly 32 KB are taken', async () => {
    const { connect, functions } = await open(() => ok());
    const socket = connect();
    await once(socket, 'open');

    socket.send('x'.repeat(32 * 1024));

    await until('the frame', () => functions.events.some((event) => event.body?.length === 32 * 1024));
  });

  test('of bytes close with 1003', async () => {
    const { connect } = await open(() => ok());
    const socket = connect();
    await once(socket, 'open');

    socket.send(Buffer.from('x'));

    expect((await once(socket, 'close'))[0]).toBe(1003);
  });

  test('whose function fails are answered as API Gateway does', async () => {
    const { connect } = await open((event) =>
      event.requestContext.eventType === 'MESSAGE' ? { kind: 'failure', errorType: 'E', message: 'inner' } : ok(),
    );
    const socket = connect();
    await once(socket, 'open');

    socket.send('{}');

    const [data] = await once(socket, 'message');
    expect(JSON.parse(String(data))).toMatchObject({ message: 'Internal server error' });
  });
});

describe('the @connections API', () => {
  test('posts a frame, tells about the connection, and closes it', async () => {
    const { connect, functions, connections } = await open(() => ok());
    const socket = connect();
    await once(socket, 'open');
    const id = functions.events[0].requestContext.connectionId;
    const arrival = once(socket, 'message');

    expect(await connections.handler('POST', id, Buffer.from('{"type":"pong"}'))).toMatchObject({ status: 200 });
    const [data, isBinary] = await arrival;
    expect([String(data), isBinary]).toEqual(['{"type":"pong"}', false]);
    const facts = await connections.handler('GET', id, Buffer.alloc(0));
    expect(JSON.parse(facts.body ?? '')).toMatchObject({ identity: { sourceIp: '127.0.0.1' } });
    const closed = once(socket, 'close');
    expect(await connections.handler('DELETE', id, Buffer.alloc(0))).toMatchObject({ status: 204 });

    expect((await closed)[0]).toBe(1000);
  });

  test('answers 410 for whoever was never there, and for whoever has gone', async () => {
    const { connect, functions, connections, kinds } = await open(() => ok());
    const socket = connect();
    await once(socket, 'open');
    const id = functions.events[0].requestContext.connectionId;

    socket.close();
    await until('$disconnect', () => kinds().includes('$disconnect'));

    expect(await connections.handler('POST', id, Buffer.from('x'))).toMatchObject({ status: 410 });
    expect(await connections.handler('POST', 'nobody=', Buffer.from('x'))).toMatchObject({ status: 410 });
  });

  test('does not reach a socket whose handshake is not accepted yet', async () => {
    const posted: unknown[] = [];
    const { connect, connections } = await open(async (event) => {
      if (event.requestContext.routeKey === '$connect') {
        posted.push(await connections.handler('POST', event.requestContext.connectionId, Buffer.from('early')));
      }
      return ok();
    });
    const socket = connect();

    await once(socket, 'open');

    expect(posted).toMatchObject([{ status: 410 }]);
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
