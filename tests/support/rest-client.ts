import { randomUUID } from 'node:crypto';
import { endpoints } from './host-under-test.ts';
import { until } from './until.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // A test asserts on what came, whatever it is.
  // biome-ignore lint/suspicious/noExplicitAny: the shape is what the test is about
  readonly body: any;
}

export interface RequestOptions {
  readonly token?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Sent as it is, instead of `body`. */
  readonly rawBody?: string | Buffer<ArrayBuffer>;
}

/** One request to the host under test. */
export async function rest(method: string, path: string, options: RequestOptions = {}): Promise<Answer> {
  const hasBody = options.body !== undefined || options.rawBody !== undefined;
  const response = await fetch(`${endpoints().rest_url}${path}`, {
    method,
    headers: {
      ...(hasBody && { 'Content-Type': 'application/json' }),
      ...(options.token && { Authorization: `Bearer ${options.token}` }),
      ...options.headers,
    },
    ...(hasBody && { body: options.rawBody ?? JSON.stringify(options.body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: parse(text) };
}

function parse(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export interface Creator {
  readonly id: string;
  readonly email: string;
  readonly password: string;
  readonly token: string;
}

/** A new creator, the way a person becomes one: registers, reads the mail, follows its link. */
export async function newCreator(): Promise<Creator> {
  const email = `creator-${randomUUID()}@example.org`;
  const password = `correct horse ${randomUUID()}`;
  const registered = await rest('POST', '/v1/auth/register', { body: { email, password, display_name: 'A creator' } });
  if (registered.status !== 202) throw new Error(`registering answered ${registered.status}`);
  const token = await mailedToken(email);
  const verified = await rest('POST', '/v1/auth/verify-email', { body: { token } });
  if (verified.status !== 200) throw new Error(`verifying answered ${verified.status}`);
  return { id: verified.body.creator.id, email, password, token: verified.body.access_token };
}

/** The token in the newest mail to this address. */
export async function mailedToken(email: string): Promise<string> {
  return until(`a mail to ${email}`, async () => {
    const answer = await fetch(endpoints().mail_url);
    const { data } = (await answer.json()) as { data: { to: string; text: string }[] };
    const mail = data.findLast(({ to }) => to === email);
    return mail && /token=([A-Za-z0-9._~-]+)/.exec(mail.text)?.[1];
  });
}

export interface UploadedFile {
  readonly filename: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

/** Declares and uploads a document as a client does; returns its id and the upload's status. */
export async function upload(creator: Creator, file: UploadedFile): Promise<{ id: string; status: number }> {
  const opened = await rest('POST', '/v1/hub/documents', {
    token: creator.token,
    body: { filename: file.filename, content_type: file.contentType, size_bytes: file.bytes.byteLength },
  });
  if (opened.status !== 201) throw new Error(`opening a document answered ${opened.status}`);
  const form = new FormData();
  for (const [name, value] of Object.entries(opened.body.upload.fields)) form.append(name, String(value));
  form.append('file', new Blob([Buffer.from(file.bytes)], { type: file.contentType }), file.filename);
  const sent = await fetch(opened.body.upload.url, { method: 'POST', body: form });
  return { id: opened.body.document.id, status: sent.status };
}

/** Waits until a document has come to its end, good or bad, and returns it. */
export async function settledDocument(creator: Creator, id: string, withinMs?: number): Promise<Answer['body']> {
  const look = async () => {
    const { body } = await rest('GET', `/v1/hub/documents/${id}`, { token: creator.token });
    return ['ready', 'failed', 'rejected'].includes(body.status) ? body : undefined;
  };
  return until(`document ${id} to settle`, look, withinMs);
}

export async function uploadText(creator: Creator, filename: string, text: string): Promise<Answer['body']> {
  const { id } = await upload(creator, { filename, contentType: 'text/markdown', bytes: Buffer.from(text) });
  return settledDocument(creator, id);
}
