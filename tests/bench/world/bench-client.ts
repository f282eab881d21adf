import { randomUUID } from 'node:crypto';
import { until } from '../../support/until.ts';

export const PAGE_ORIGIN = 'https://creator.example.org';

export interface Reply {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a bench reads what it knows to be there
  readonly body: any;
}

export interface Creator {
  readonly email: string;
  readonly password: string;
  readonly token: string;
}

/** A client of one host, as programs outside of it are. */
export interface BenchClient {
  rest(
    method: string,
    path: string,
    options?: { readonly token?: string; readonly body?: unknown; readonly origin?: string },
  ): Promise<Reply>;
  newCreator(): Promise<Creator>;
  upload(creator: Creator, file: { name: string; type: string; bytes: Uint8Array }): Promise<string>;
  settled(creator: Creator, documentId: string): Promise<Reply['body']>;
  newWidget(creator: Creator): Promise<string>;
}

export function benchClient(endpoints: { readonly rest_url: string; readonly mail_url: string }): BenchClient {
  const rest: BenchClient['rest'] = async (method, path, { token, body, origin } = {}) => {
    const response = await fetch(`${endpoints.rest_url}${path}`, {
      method,
      headers: {
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...(token !== undefined && { Authorization: `Bearer ${token}` }),
        ...(origin !== undefined && { Origin: origin }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  };
  const expectStatus = (what: string, { status, body }: Reply, expected: number) => {
    if (status !== expected) throw new Error(`${what} answered ${status} ${JSON.stringify(body)}`);
    return body;
  };
  const mailedToken = (email: string) =>
    until(`a mail to ${email}`, async () => {
      const { data } = (await (await fetch(endpoints.mail_url)).json()) as { data: { to: string; text: string }[] };
      return /token=([A-Za-z0-9._~-]+)/.exec(data.findLast(({ to }) => to === email)?.text ?? '')?.[1];
    });

  return {
    rest,
    async newCreator() {
      const email = `bench-${randomUUID()}@example.org`;
      const password = `correct horse ${randomUUID()}`;
      const body = { email, password, display_name: 'Bench' };
      expectStatus('registering', await rest('POST', '/v1/auth/register', { body }), 202);
      const token = await mailedToken(email);
      const verified = await rest('POST', '/v1/auth/verify-email', { body: { token } });
      return { email, password, token: expectStatus('verifying', verified, 200).access_token };
    },
    async upload(creator, { name, type, bytes }) {
      const declared = { filename: name, content_type: type, size_bytes: bytes.byteLength };
      const opened = await rest('POST', '/v1/hub/documents', { token: creator.token, body: declared });
      const { document, upload } = expectStatus('opening a document', opened, 201);
      const form = new FormData();
      for (const [field, value] of Object.entries(upload.fields)) form.append(field, String(value));
      form.append('file', new Blob([Buffer.from(bytes)], { type }), name);
      const { status } = await fetch(upload.url, { method: 'POST', body: form });
      if (status !== 204) throw new Error(`uploading answered ${status}`);
      return document.id;
    },
    settled: (creator, documentId) =>
      until(`document ${documentId}`, async () => {
        const { body } = await rest('GET', `/v1/hub/documents/${documentId}`, { token: creator.token });
        return ['ready', 'failed', 'rejected'].includes(body.status) && body;
      }),
    async newWidget(creator) {
      const body = { name: 'Bench', allowed_origins: [PAGE_ORIGIN] };
      const made = await rest('POST', '/v1/hub/widgets', { token: creator.token, body });
      return expectStatus('making a widget', made, 201).id;
    },
  };
}
