import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { ERROR_ENVELOPE } from '../support/error-envelope.ts';
import { type Creator, newCreator, rest } from '../support/rest-client.ts';
import { testOnLocalHost } from '../support/test-on-local-host.ts';
import { newWidget } from '../support/visitor.ts';

const NO_UTF8 = Buffer.from('{"name":"caf\xe9","allowed_origins":[]}', 'latin1');
const BACKWARDS = '/v1/hub/conversations?from=2030-01-02&to=2030-01-01';

describe('bad input', () => {
  let creator: Creator;

  beforeAll(async () => {
    creator = await newCreator();
  });

  test('bytes that are no UTF-8 are refused, not stored as something else', async () => {
    const { status, body } = await rest('POST', '/v1/hub/widgets', { token: creator.token, rawBody: NO_UTF8 });

    expect([status, body.error.code]).toEqual([400, 'VALIDATION_FAILED']);
  });

  test.each(['1e1', '0x10', '%201', '%2B5', '05', '0', '101', ''])('a limit of "%s" is none', async (limit) => {
    const { status, body } = await rest('GET', `/v1/hub/widgets?limit=${limit}`, { token: creator.token });

    expect([status, body.error?.code]).toEqual([400, 'VALIDATION_FAILED']);
  });

  test('one cause is told once', async () => {
    const file = { filename: ' ', title: '', content_type: 'text/plain', size_bytes: 5 };

    const { body } = await rest('POST', '/v1/hub/documents', { token: creator.token, body: file });

    expect(body.error.details.fields.map(({ path }: { path: string }) => path)).toEqual(['filename', 'title']);
  });

  test('the name of a widget keeps no mark that turns letters about', async () => {
    const body = { name: 'invoice\u202efdp', allowed_origins: [] };

    expect((await rest('POST', '/v1/hub/widgets', { token: creator.token, body })).body.name).toBe('invoicefdp');
  });

  describe('over REST is answered in the envelope', () => {
    const widget = { name: 'W', allowed_origins: [] };

    test.each([
      ['malformed JSON', 'POST', '/v1/hub/widgets', { rawBody: '{"name":' }, 400, 'VALIDATION_FAILED'],
      ['a wrong type', 'POST', '/v1/hub/widgets', { body: { ...widget, name: 7 } }, 400, 'VALIDATION_FAILED'],
      ['an unknown field', 'POST', '/v1/hub/widgets', { body: { ...widget, owner: 'me' } }, 400, 'VALIDATION_FAILED'],
      ['a span that ends before it begins', 'GET', BACKWARDS, {}, 400, 'VALIDATION_FAILED'],
      ['an unknown query parameter', 'GET', '/v1/hub/widgets?all=yes', {}, 400, 'VALIDATION_FAILED'],
      [
        'a body that is no JSON',
        'POST',
        '/v1/hub/widgets',
        { rawBody: 'x', headers: { 'Content-Type': 'text/plain' } },
        415,
        'UNSUPPORTED_MEDIA_TYPE',
      ],
      [
        'a body over 256 KB',
        'POST',
        '/v1/hub/widgets',
        { body: { ...widget, name: 'x'.repeat(300_000) } },
        413,
        'PAYLOAD_TOO_LARGE',
      ],
      ['an unknown path', 'GET', '/v1/hub/nothing', {}, 404, 'NOT_FOUND'],
      ['an unknown root path', 'GET', '/nothing/here', {}, 404, 'NOT_FOUND'],
      ['an id that is none', 'GET', '/v1/hub/widgets/1', {}, 404, 'NOT_FOUND'],
      [
        'an unsupported type of document',
        'POST',
        '/v1/hub/documents',
        { body: { filename: 'a.exe', content_type: 'application/x-msdownload', size_bytes: 5 } },
        415,
        'UNSUPPORTED_MEDIA_TYPE',
      ],
      [
        'a document over 50 MB',
        'POST',
        '/v1/hub/documents',
        { body: { filename: 'a.md', content_type: 'text/markdown', size_bytes: 60_000_000 } },
        413,
        'PAYLOAD_TOO_LARGE',
      ],
    ])('%s', async (_, method, path, options, status, code) => {
      const answer = await rest(method, path, { token: creator.token, ...options });

      expect(answer.status).toBe(status);
      expect(answer.body).toMatchObject(ERROR_ENVELOPE);
      expect(answer.body.error.code).toBe(code);
      expect(answer.headers.get('x-request-id')).toBe(answer.body.error.request_id);
    });

    test('a method the path does not take, with those it takes', async () => {
      const answer = await rest('PUT', '/v1/hub/widgets', { token: creator.token, body: {} });

      expect(answer.status).toBe(405);
      expect(answer.headers.get('allow')).toMatch(/GET/);
    });

    test.each([
      ['no credential', undefined],
      ['a credential that is none', 'nonsense'],
      ['an unknown API key', `uk_${'a'.repeat(40)}`],
    ])('%s', async (_, token) => {
      const answer = await rest('GET', '/v1/hub/widgets', { token });

      expect(answer.status).toBe(401);
      expect(answer.body.error.code).toBe('AUTHENTICATION_REQUIRED');
    });

    test("another creator's id exactly like an unknown one", async () => {
      const other = await newCreator();
      const foreign = await newWidget(other);
      const strip = (body: { error: object }) => ({ ...body.error, timestamp: '', request_id: '' });

      const toForeign = await rest('GET', `/v1/hub/widgets/${foreign}`, { token: creator.token });
      const toUnknown = await rest('GET', `/v1/hub/widgets/${randomUUID()}`, { token: creator.token });

      expect(toForeign.status).toBe(404);
      expect(strip(toForeign.body)).toEqual(strip(toUnknown.body));
    });

    test('a request id that is well formed comes back verbatim, any other is replaced', async () => {
      const kept = await rest('GET', '/v1/hub/widgets', { headers: { 'X-Request-ID': 'trace-me_0.1' } });
      const replaced = await rest('GET', '/v1/hub/widgets', { headers: { 'X-Request-ID': 'no spaces please' } });

      expect(kept.headers.get('x-request-id')).toBe('trace-me_0.1');
      expect(replaced.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    });
  });

  testOnLocalHost('a Host of another name is refused by the local host', async () => {
    const { rest_url: url } = inject('endpoints');
    const { request } = await import('node:http');

    const status = await new Promise<number>((resolve, reject) => {
      const outgoing = request(`${url}/health`, { headers: { Host: 'attacker.example' } }, (answer) =>
        resolve(answer.statusCode ?? 0),
      );
      outgoing.on('error', reject);
      outgoing.end();
    });

    expect([403, 421]).toContain(status);
  });
});
