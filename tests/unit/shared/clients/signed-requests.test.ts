import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { SignatureV4 } from '@smithy/signature-v4';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { openSignedRequests } from '../../../../shared/clients/signed-requests.ts';
import { answerStatus, nextRequest, useTestServer } from '../../../support/use-test-server.ts';

const server = useTestServer();
const CREDENTIALS = { accessKeyId: 'an-id', secretAccessKey: 'a-secret', sessionToken: 'a-session' };
const REGION = 'eu-central-1';

beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', CREDENTIALS.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', CREDENTIALS.secretAccessKey);
  vi.stubEnv('AWS_SESSION_TOKEN', CREDENTIALS.sessionToken);
  vi.stubEnv('AWS_REGION', REGION);
});

const open = (timeoutMs = 5_000) =>
  openSignedRequests({ url: `${server.address}/prod`, service: 'execute-api', timeoutMs });

describe('the signature', () => {
  test.each([
    ['a body with letters of all kinds', 'POST', '/@connections/abcDEF1%2F%2B3%3D', '{"text":"ü € 🙂"}'],
    ['an empty body', 'POST', '/', ''],
    ['none', 'DELETE', '/@connections/abc%3D', undefined],
  ] as const)('is the one that AWS’s own client makes, for %s', async (_, method, path, body) => {
    let asked: IncomingMessage | undefined;
    server.answer = (request, response) => {
      asked = request;
      response.end('done');
    };

    const answer = await open()({ method, path, ...(body !== undefined && { body }) });

    expect(answer).toEqual({ status: 200, text: 'done' });
    expect(asked?.url).toBe(`/prod${path}`);
    expect(server.seen[0]?.body).toBe(body ?? '');
    expect(asked?.headers.authorization).toBe(await signatureOfAws(asked, body));
  });
});

describe('once more', () => {
  test.each([429, 500, 503])('after %i', async (status) => {
    server.answer = (_, response, attempt) => response.writeHead(attempt === 1 ? status : 200).end();

    const answer = await open()({ method: 'POST', path: '/' });

    expect([answer.status, server.seen.length]).toEqual([200, 2]);
  });

  test('after a connection that broke', async () => {
    server.answer = (_, response, attempt) => (attempt === 1 ? response.destroy() : response.end());

    expect((await open()({ method: 'POST', path: '/' })).status).toBe(200);
  });

  test('and not again: what the second says is the answer', async () => {
    server.answer = answerStatus(503);

    const answer = await open()({ method: 'GET', path: '/' });

    expect([answer.status, server.seen.length]).toEqual([503, 2]);
  });

  test.each([400, 403, 410])('never after %i', async (status) => {
    server.answer = answerStatus(status);

    const answer = await open()({ method: 'POST', path: '/' });

    expect([answer.status, server.seen.length]).toEqual([status, 1]);
  });
});

test('who never answers is left after the time, twice', async () => {
  void nextRequest(server);

  await expect(open(40)({ method: 'POST', path: '/' })).rejects.toThrow('no answer within 40 ms');

  expect(server.seen.length).toBe(2);
});

test('an answer that stops half-way is left as well', async () => {
  server.answer = (_, response) => void response.writeHead(200, { 'Content-Length': 100 }).write('half');

  await expect(open(40)({ method: 'POST', path: '/' })).rejects.toThrow();
});

test('an answer without an end is left when it is larger than any that may be meant', async () => {
  server.answer = (_, response) => {
    response.on('error', () => {});
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536, 'x')));
    };
    response.on('drain', more);
    more();
  };

  await expect(open(60_000)({ method: 'GET', path: '/' })).rejects.toThrow('more than 65536 characters');

  expect(server.seen.length).toBe(2);
});

/** The header that AWS's own signer makes for what arrived. */
async function signatureOfAws(request: IncomingMessage | undefined, body: string | undefined): Promise<unknown> {
  const { headers = {}, method = '', url = '' } = request ?? {};
  const names = /SignedHeaders=([^,]+)/.exec(headers.authorization ?? '')?.[1]?.split(';') ?? [];
  const date = String(headers['x-amz-date']);
  const signer = new SignatureV4({
    ...{ service: 'execute-api', region: REGION, credentials: CREDENTIALS, sha256: Sha256, applyChecksum: false },
  });
  const signed = await signer.sign(
    {
      ...{ method, protocol: 'http:', hostname: '127.0.0.1', path: url, query: {} },
      headers: Object.fromEntries(names.map((name) => [name, String(headers[name])])),
      ...(body !== undefined && { body }),
    },
    { signingDate: new Date(date.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z')) },
  );
  return signed.headers.authorization;
}

class Sha256 {
  readonly #hash: Hash | Hmac;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret as Uint8Array);
  }

  update(data: string | Uint8Array): void {
    this.#hash.update(data);
  }

  async digest(): Promise<Uint8Array> {
    return new Uint8Array(this.#hash.digest());
  }

  reset(): void {}
}
