import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { type Creator, newCreator, rest, settledDocument, upload } from '../support/rest-client.ts';
import { newVisitorSession, newWidget, PAGE_ORIGIN, VisitorSocket } from '../support/visitor.ts';

/** What emulators of AWS do otherwise (docs/localstack.md) is shown on the local host alone. */
const testOnLocalHost = test.skipIf(inject('deployed'));

const ENVELOPE = {
  error: {
    code: expect.any(String),
    message: expect.any(String),
    details: expect.any(Object),
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    request_id: expect.any(String),
  },
};

describe('bad input', () => {
  let creator: Creator;

  beforeAll(async () => {
    creator = await newCreator();
  });

  describe('over REST is answered in the envelope', () => {
    const widget = { name: 'W', allowed_origins: [] };

    test.each([
      ['malformed JSON', 'POST', '/v1/hub/widgets', { rawBody: '{"name":' }, 400, 'VALIDATION_FAILED'],
      ['a wrong type', 'POST', '/v1/hub/widgets', { body: { ...widget, name: 7 } }, 400, 'VALIDATION_FAILED'],
      ['an unknown field', 'POST', '/v1/hub/widgets', { body: { ...widget, owner: 'me' } }, 400, 'VALIDATION_FAILED'],
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
      expect(answer.body).toMatchObject(ENVELOPE);
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

  describe('in an upload', () => {
    testOnLocalHost('of another size than declared is refused at the door', async () => {
      const { body } = await rest('POST', '/v1/hub/documents', {
        token: creator.token,
        body: { filename: 'a.md', content_type: 'text/markdown', size_bytes: 4 },
      });
      const form = new FormData();
      for (const [name, value] of Object.entries(body.upload.fields)) form.append(name, String(value));
      form.append('file', new Blob([Buffer.alloc(51 * 1024 * 1024, 'x')]), 'a.md');

      const sent = await fetch(body.upload.url, { method: 'POST', body: form });

      expect(sent.status).toBe(400);
      expect(await sent.text()).toContain('EntityTooLarge');
    });

    testOnLocalHost('to another key than the signed one is refused', async () => {
      const { body } = await rest('POST', '/v1/hub/documents', {
        token: creator.token,
        body: { filename: 'a.md', content_type: 'text/markdown', size_bytes: 4 },
      });
      const form = new FormData();
      for (const [name, value] of Object.entries({ ...body.upload.fields, key: `creators/${randomUUID()}/a/b` })) {
        form.append(name, String(value));
      }
      form.append('file', new Blob(['text']), 'a.md');

      expect((await fetch(body.upload.url, { method: 'POST', body: form })).status).toBe(403);
    });

    test.each([
      ['an empty document', 'empty.md', 'text/markdown', Buffer.from('   \n\n  '), ['EMPTY', 'NO_TEXT']],
      [
        'a PDF that is none',
        'fake.pdf',
        'application/pdf',
        Buffer.from('This is no PDF at all.'),
        ['TYPE_MISMATCH', 'DAMAGED'],
      ],
      ['a broken PDF', 'broken.pdf', 'application/pdf', Buffer.from('%PDF-1.7\n1 0 obj\n<< broken'), ['DAMAGED']],
      [
        'a program under a harmless name',
        'notes.md',
        'text/markdown',
        Buffer.from('MZ\x90\x00\x03\x00\x00\x00', 'latin1'),
        ['TYPE_MISMATCH', 'MALWARE_FOUND'],
      ],
    ])('%s ends with a reason', async (_, filename, contentType, bytes, codes) => {
      const { id } = await upload(creator, { filename, contentType, bytes });

      const document = await settledDocument(creator, id);

      expect(['failed', 'rejected']).toContain(document.status);
      expect(codes).toContain(document.error.code);
      expect(document.error.message.length).toBeGreaterThan(10);
    });
  });

  describe('on a socket is answered, and the socket stays open', () => {
    test.each([
      ['no JSON', 'hello'],
      ['JSON of another kind', '[1,2,3]'],
      ['an unknown action', { action: 'explode' }],
      ['a message without an id', { action: 'message', text: 'hi' }],
      ['an empty message', { action: 'message', client_message_id: randomUUID(), text: '  ' }],
      [
        'a message of 4,001 characters',
        { action: 'message', client_message_id: randomUUID(), text: 'x'.repeat(4_001) },
      ],
      ['an unknown field', { action: 'ping', extra: true }],
    ])('%s', async (_, frame) => {
      const session = await newVisitorSession(await newWidget(creator));
      const socket = await VisitorSocket.open(session.socket);

      socket.send(frame);
      const error = await socket.next('an error', ({ type }) => type === 'error');
      socket.send({ action: 'ping' });
      await socket.next('a pong', ({ type }) => type === 'pong');

      expect(error).toMatchObject(ENVELOPE);
      expect(error.error.code).toBe('VALIDATION_FAILED');
      socket.close();
    });

    testOnLocalHost('but a frame over 32 KB closes it with 1009', async () => {
      const session = await newVisitorSession(await newWidget(creator));
      const socket = await VisitorSocket.open(session.socket);

      socket.send({ action: 'message', client_message_id: randomUUID(), text: 'x'.repeat(33 * 1024) });

      await expect.poll(() => socket.closeCode, { timeout: 10_000 }).toBe(1009);
    });
  });

  describe('of origins is denied by default', () => {
    test.each([
      'https://evil.example',
      'http://creator.example.org',
      `${PAGE_ORIGIN}:8443`,
      'null',
      `${PAGE_ORIGIN}.evil.example`,
    ])('%s gets no configuration and no session', async (origin) => {
      const widgetId = await newWidget(creator);

      const configuration = await rest('GET', `/v1/channel/widgets/${widgetId}`, { headers: { Origin: origin } });
      const session = await rest('POST', `/v1/channel/widgets/${widgetId}/sessions`, {
        headers: { Origin: origin },
        body: {},
      });

      expect([configuration.status, session.status]).toEqual([403, 403]);
      expect(configuration.headers.get('access-control-allow-origin')).toBeNull();
    });

    test('a ticket opens one socket, and only from its own origin', async () => {
      const session = await newVisitorSession(await newWidget(creator));
      const elsewhere = VisitorSocket.open(session.socket, 'https://evil.example');

      await expect(elsewhere).rejects.toThrow(/40[13]/);
      const again = await newVisitorSession(await newWidget(creator));
      const first = await VisitorSocket.open(again.socket);

      await expect(VisitorSocket.open(again.socket)).rejects.toThrow(inject('deployed') ? /40[13]/ : /401/);
      first.close();
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
