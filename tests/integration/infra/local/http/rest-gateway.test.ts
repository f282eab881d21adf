import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { ReadableStream } from 'node:stream/web';
import { afterEach, describe, expect, test } from 'vitest';
import { type LocalServer, openLocalServer } from '../../../../../infra/local/http/local-server.ts';
import { restGateway } from '../../../../../infra/local/http/rest-gateway.ts';
import type { GatewayResponseModel } from '../../../../../infra/local/template/stack-model.ts';
import { type FakeEvent, fakeFunctions, ok } from './fake-functions.ts';

const MB = 1024 * 1024;

const envelope = (status: number): GatewayResponseModel => ({
  statusCode: status,
  parameters: { 'gatewayresponse.header.X-Request-ID': 'context.requestId', 'gatewayresponse.header.X-Fixed': "'yes'" },
  templates: { 'application/json': '{"error":{"request_id":"$context.requestId"}}' },
});
const API = {
  apiId: 'rest',
  stage: 'api',
  binaryMediaTypes: ['application/pdf'],
  routes: [{ method: 'ANY', resource: '/v1/{proxy+}', resourceId: 'p', functionId: 'F', timeoutMs: 29_000 }],
  gatewayResponses: new Map([
    ['REQUEST_TOO_LARGE', envelope(413)],
    ['INTEGRATION_TIMEOUT', envelope(504)],
    ['DEFAULT_5XX', envelope(500)],
  ]),
};

let server: LocalServer | undefined;
afterEach(() => server?.close(100));

async function open(answer: Parameters<typeof fakeFunctions>[0]) {
  const functions = fakeFunctions(answer);
  server = await openLocalServer(0);
  server.serve(restGateway(API, functions), (_, socket) => socket.destroy());
  return { url: `http://127.0.0.1:${server.port}`, port: server.port, functions };
}

describe('a proxy event', () => {
  const eventOf = async (path: string, init?: RequestInit): Promise<FakeEvent> => {
    const { url, functions } = await open(() => ok());
    await fetch(`${url}${path}`, init);
    return functions.events[0];
  };

  test('carries method, path, query and headers in both forms', async () => {
    const event = await eventOf('/v1/hub/a%2Fb?x=1&x=2&y=%20z', { headers: { 'X-Own': 'v' } });

    expect(event).toMatchObject({ httpMethod: 'GET', path: '/v1/hub/a%2Fb', resource: '/v1/{proxy+}', body: null });
    expect(event.pathParameters).toEqual({ proxy: 'hub/a%2Fb' });
    expect(event.queryStringParameters).toEqual({ x: '2', y: ' z' });
    expect(event.multiValueQueryStringParameters).toEqual({ x: ['1', '2'], y: [' z'] });
    expect(Object.entries(event.headers).find(([name]) => name.toLowerCase() === 'x-own')?.[1]).toBe('v');
    expect(event.requestContext.identity.sourceIp).toBe('127.0.0.1');
  });

  test('never takes the address from a header', async () => {
    const event = await eventOf('/v1/x', { headers: { 'X-Forwarded-For': '9.9.9.9' } });

    expect(event.requestContext.identity.sourceIp).toBe('127.0.0.1');
  });

  test('has text as text and listed types as base64', async () => {
    const text = await eventOf('/v1/x', { method: 'POST', body: 'ü' });
    await server?.close(100);
    const pdf = await eventOf('/v1/x', { method: 'POST', body: 'ü', headers: { 'Content-Type': 'application/pdf' } });

    expect([text.body, text.isBase64Encoded]).toEqual(['ü', false]);
    expect([pdf.body, pdf.isBase64Encoded]).toEqual([Buffer.from('ü').toString('base64'), true]);
  });
});

describe('an answer', () => {
  test('has the status, headers and body that the function gave', async () => {
    const { url } = await open(() =>
      ok({
        statusCode: 201,
        headers: { 'X-A': 1 },
        multiValueHeaders: { 'Set-Cookie': ['a=1', 'b=2'] },
        body: '{"made":true}',
      }),
    );

    const response = await fetch(`${url}/v1/x`);

    expect([response.status, response.headers.get('x-a')]).toEqual([201, '1']);
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(await response.json()).toEqual({ made: true });
  });

  test('to HEAD has no body', async () => {
    const { url } = await open(() => ok({ statusCode: 200, body: 'long' }));

    const response = await fetch(`${url}/v1/x`, { method: 'HEAD' });

    expect([response.headers.get('content-length'), await response.text()]).toEqual(['4', '']);
  });

  test.each([
    ['a timeout', { kind: 'timeout' } as const, 504],
    ['an error', { kind: 'failure', errorType: 'E', message: 'secret' } as const, 500],
    ['nonsense', ok('not a proxy answer'), 500],
  ])('after %s is the gateway response of the template', async (_, outcome, status) => {
    const { url } = await open(() => outcome);

    const response = await fetch(`${url}/v1/x`);

    const body = (await response.json()) as { error: { request_id: string } };
    expect([response.status, response.headers.get('x-fixed')]).toEqual([status, 'yes']);
    expect(body.error.request_id).toBe(response.headers.get('x-request-id'));
    expect(body.error.request_id).toMatch(/^[0-9a-f-]{36}$/);
  });

  test.each([
    ['announced', () => new Uint8Array(24 * MB)],
    ['in pieces', () => ReadableStream.from(Array.from({ length: 24 }, () => new Uint8Array(MB)))],
  ])(
    'to a body above 10 MB (%s) is 413, told to whoever is still sending, and reaches no function',
    async (_, body) => {
      const { url, functions } = await open(() => ok());
      const send = () => fetch(`${url}/v1/x`, { method: 'POST', body: body(), duplex: 'half' } as RequestInit);

      const responses = await Promise.all(Array.from({ length: 5 }, send));

      expect(responses.map(({ status }) => status)).toEqual(Array(5).fill(413));
      expect(functions.events).toEqual([]);
    },
  );

  test('to a body that was announced as too large and does not come is 413 all the same', async () => {
    const { port } = await open(() => ok());
    const headers = { 'Content-Length': String(24 * MB) };
    const request = httpRequest({ port, host: '127.0.0.1', method: 'POST', path: '/v1/x', headers });
    request.on('error', () => {}); // It is closed before its body is sent.

    request.flushHeaders();
    const [response] = await once(request, 'response');

    expect(response.statusCode).toBe(413);
  });

  test('to a path without a route is 403, as the gateway says it', async () => {
    const { url } = await open(() => ok());

    expect((await fetch(`${url}/elsewhere`)).status).toBe(403);
  });
});

test('a request in a foreign name is refused before anything looks at it', async () => {
  const { port, functions } = await open(() => ok());

  const status = await new Promise((resolve, reject) => {
    const request = httpRequest(
      { port, host: '127.0.0.1', path: '/v1/x', headers: { Host: 'evil.example' } },
      (response) => {
        response.resume();
        resolve(response.statusCode);
      },
    );
    request.on('error', reject).end();
  });

  expect(status).toBe(403);
  expect(functions.events).toEqual([]);
});
