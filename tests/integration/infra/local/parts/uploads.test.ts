import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AwsPart, startAwsGateway } from '../../../../../infra/local/parts/aws-gateway.ts';
import { openPartBench, until } from './part-bench.ts';

const BUCKET = 'uploads';
const KEY = 'creators/0b0c/doc 1/upload';
const bench = openPartBench();
let aws: AwsPart;
const events: unknown[] = [];

beforeAll(async () => {
  aws = await startAwsGateway(await bench.context());
  aws.createBucket(BUCKET);
  await aws.onObjectCreated(BUCKET, (event) => void events.push(event));
});
afterAll(async () => {
  await aws.stop();
  bench.remove();
});
beforeEach(() => void events.splice(0));

/** What is still coming in, or was left behind. */
const incoming = () => readdirSync(join(bench.dataFolder, 'aws', 's3', 'incoming'));

interface Changes {
  readonly expires?: number;
  readonly secretAccessKey?: string;
  readonly accessKeyId?: string;
  readonly fields?: Readonly<Record<string, string>>;
  readonly leaveOut?: string;
  readonly content?: string;
  readonly bucket?: string;
}

async function signedForm(changes: Changes): Promise<{ url: string; form: FormData }> {
  const credentials = { ...aws.credentials, ...changes };
  const s3 = new S3Client({ endpoint: aws.endpointUrl, region: aws.region, credentials, forcePathStyle: true });
  const { url, fields } = await createPresignedPost(s3, {
    Bucket: BUCKET,
    Key: KEY,
    Fields: { 'Content-Type': 'text/plain' },
    Conditions: [
      ['content-length-range', 1, 10],
      ['eq', '$Content-Type', 'text/plain'],
    ],
    Expires: changes.expires ?? 60,
  });
  const form = new FormData();
  for (const [name, value] of Object.entries({ ...fields, ...changes.fields })) {
    if (name !== changes.leaveOut) form.append(name, value);
  }
  form.append('file', new Blob([changes.content ?? 'hello'], { type: 'application/x-lie' }), '../../evil.txt');
  return { url: changes.bucket === undefined ? url : url.replace(BUCKET, changes.bucket), form };
}

async function upload(changes: Changes = {}): Promise<Response> {
  const { url, form } = await signedForm(changes);
  return fetch(url, { method: 'POST', body: form, headers: { origin: 'http://localhost:8080' } });
}

describe('an upload by form', () => {
  it('is stored, reported as S3 does it, and answered with 204', async () => {
    const response = await upload();

    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
    expect(events).toMatchObject([
      {
        Records: [
          {
            eventName: 'ObjectCreated:Post',
            s3: {
              bucket: { name: BUCKET },
              object: { key: 'creators/0b0c/doc+1/upload', size: 5, eTag: '5d41402abc4b2a76b9719d911017c592' },
            },
          },
        ],
      },
    ]);
  });

  it('may be as large and as small as the policy says', async () => {
    expect((await upload({ content: '0123456789' })).status).toBe(204);
    expect((await upload({ content: '0' })).status).toBe(204);
  });

  it.each<[string, Changes, number, string]>([
    ['after its expiry', { expires: -1 }, 403, 'AccessDenied'],
    ['to another key', { fields: { key: 'creators/other/doc/upload' } }, 403, 'AccessDenied'],
    ['with another type', { fields: { 'Content-Type': 'text/html' } }, 403, 'AccessDenied'],
    ['without the type', { leaveOut: 'Content-Type' }, 403, 'AccessDenied'],
    ['with a field that nobody signed', { fields: { acl: 'public-read' } }, 403, 'AccessDenied'],
    ['to another bucket', { bucket: 'library' }, 404, 'NoSuchBucket'],
    ['that is too large', { content: '0123456789a' }, 400, 'EntityTooLarge'],
    ['that is empty', { content: '' }, 400, 'EntityTooSmall'],
    ['signed with another secret', { secretAccessKey: 'guess' }, 403, 'SignatureDoesNotMatch'],
    ['signed by somebody else', { accessKeyId: 'AKIAOTHER' }, 403, 'InvalidAccessKeyId'],
    ['without a signature', { leaveOut: 'X-Amz-Signature' }, 403, 'SignatureDoesNotMatch'],
    ['with a signature that is no hex', { fields: { 'X-Amz-Signature': 'zz' } }, 403, 'SignatureDoesNotMatch'],
    ['without a policy', { leaveOut: 'Policy' }, 403, 'AccessDenied'],
    [
      'with a policy that was changed',
      { fields: { Policy: btoa('{"expiration":"2999-01-01T00:00:00Z","conditions":[]}') } },
      403,
      'SignatureDoesNotMatch',
    ],
  ])('%s is refused and leaves nothing', async (_what, changes, status, code) => {
    const response = await upload(changes);

    expect({ status: response.status, body: await response.text() }).toEqual({
      status,
      body: expect.stringContaining(`<Code>${code}</Code>`),
    });
    expect(events).toEqual([]);
    expect(incoming()).toEqual([]);
  });

  it('cannot name a field twice', async () => {
    const body = ['a', 'b'].map((value) => `--x\r\nContent-Disposition: form-data; name="key"\r\n\r\n${value}\r\n`);

    const response = await fetch(`${aws.endpointUrl}/${BUCKET}`, {
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
      body: `${body.join('')}--x--\r\n`,
    });

    expect(response.status).toBe(400);
  });

  it('that ends in the middle of the file is answered with 400 and leaves nothing', async () => {
    const { url, form } = await signedForm({});
    const whole = new Request(url, { method: 'POST', body: form });
    const headers = { 'content-type': whole.headers.get('content-type') ?? '' };
    const bytes = await whole.arrayBuffer();

    const response = await fetch(url, { method: 'POST', headers, body: bytes.slice(0, bytes.byteLength - 50) });

    expect(response.status).toBe(400);
    expect(events).toEqual([]);
    expect(incoming()).toEqual([]);
  });

  it('that is refused early and then ends in the middle harms nobody', async () => {
    const response = await fetch(`${aws.endpointUrl}/${BUCKET}`, {
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
      body: '--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nabc',
    });

    expect(response.status).toBe(403);
    expect((await upload()).status).toBe(204);
  });

  it('whose sender hangs up leaves nothing', async () => {
    const { url, form } = await signedForm({});
    const whole = new Request(url, { method: 'POST', body: form });
    const type = whole.headers.get('content-type') ?? '';
    const bytes = Buffer.from(await whole.arrayBuffer());
    const { hostname, port, pathname } = new URL(url);

    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), hostname, () => {
        const head = `POST ${pathname} HTTP/1.1\r\nHost: ${hostname}\r\nContent-Type: ${type}\r\nContent-Length: ${bytes.length}\r\n\r\n`;
        socket.write(Buffer.concat([Buffer.from(head), bytes.subarray(0, -30)]), () => socket.destroy());
      });
      socket.once('close', () => resolve());
    });

    await until('what came in is removed', () => incoming().length === 0 || undefined);
    expect((await upload()).status).toBe(204);
    expect(events).toHaveLength(1);
  });
});

describe('a browser that asks first', () => {
  it.each([`/${BUCKET}`, '/', '/socket/@connections/abc'])('is refused at %s, which has no rules', async (path) => {
    const response = await fetch(aws.endpointUrl + path, {
      method: 'OPTIONS',
      headers: { origin: 'http://localhost:8080', 'access-control-request-method': 'POST' },
    });

    expect(response.status).toBe(403);
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('is refused where the rules name other origins', async () => {
    aws.createBucket('closed', { cors: [{ AllowedOrigins: ['https://a.example'], AllowedMethods: ['POST'] }] });

    const ask = (origin: string) =>
      fetch(`${aws.endpointUrl}/closed`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST' },
      });

    expect((await ask('https://b.example')).status).toBe(403);
    expect((await ask('https://a.example')).headers.get('access-control-allow-origin')).toBe('https://a.example');
  });
});
