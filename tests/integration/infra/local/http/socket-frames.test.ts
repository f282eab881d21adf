import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { until } from '../../../../support/until.ts';
import { ok } from './fake-functions.ts';
import { useGateway } from './use-gateway.ts';

const open = useGateway();

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

  test('of bytes reach $default in Base64, and the socket stays open', async () => {
    const { connect, functions } = await open(() => ok());
    const socket = connect();
    await once(socket, 'open');

    socket.send(Buffer.from([0, 255, 128]));
    socket.send('text');
    await until('both frames', () => functions.events.some(({ body }) => body === 'text'));

    const frames = functions.events.filter((event) => event.requestContext.eventType === 'MESSAGE');
    expect(
      frames.map(({ body, isBase64Encoded, requestContext }) => [body, isBase64Encoded, requestContext.routeKey]),
    ).toEqual([
      ['AP+A', true, '$default'],
      ['text', false, '$default'],
    ]);
    expect(socket.readyState).toBe(socket.OPEN);
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
