import { readdirSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AwsPart, startAwsGateway } from '../../../../../infra/local/parts/aws-gateway.ts';
import type { PartRegistry } from '../../../../../infra/local/parts/part-registry.ts';
import { openPartBench, until } from './part-bench.ts';

const bench = openPartBench();
let aws: AwsPart;
let registry: PartRegistry;

async function start(): Promise<void> {
  const context = await bench.context();
  registry = context.registry;
  aws = await startAwsGateway(context);
}
async function stop(): Promise<void> {
  await aws.stop();
  registry.release();
}
beforeAll(start);
afterAll(async () => {
  await stop();
  bench.remove();
});

const settings = () => ({ endpoint: aws.endpointUrl, region: aws.region, credentials: aws.credentials });
const s3 = () => new S3Client({ ...settings(), forcePathStyle: true, requestChecksumCalculation: 'WHEN_REQUIRED' });

describe('S3', () => {
  it('keeps objects over a restart and under the same address', async () => {
    aws.createBucket('library');
    await s3().send(new PutObjectCommand({ Bucket: 'library', Key: 'a/b', Body: 'kept', ContentType: 'text/plain' }));
    const before = aws.endpointUrl;

    await stop();
    await start();
    aws.createBucket('library');

    const { Body } = await s3().send(new GetObjectCommand({ Bucket: 'library', Key: 'a/b' }));
    expect(await Body?.transformToString()).toBe('kept');
    expect(aws.endpointUrl).toBe(before);
  });

  it('keeps what came by form, whatever its key holds, and copies it with its type', async () => {
    aws.createBucket('library');
    aws.createBucket('uploads');
    const key = 'a b/ü%41?*:"';
    const { url, fields } = await createPresignedPost(s3(), {
      Bucket: 'uploads',
      Key: key,
      Fields: { 'Content-Type': 'text/csv' },
    });
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append('file', new Blob(['by form']), 'name.csv');
    expect((await fetch(url, { method: 'POST', body: form })).status).toBe(204);

    const source = `uploads/${encodeURIComponent(key)}`;
    await s3().send(new CopyObjectCommand({ Bucket: 'library', Key: 'copied', CopySource: source }));
    await stop();
    await start();

    for (const [Bucket, Key] of [
      ['uploads', key],
      ['library', 'copied'],
    ]) {
      const { Body, ContentType } = await s3().send(new GetObjectCommand({ Bucket, Key }));
      expect([await Body?.transformToString(), ContentType]).toEqual(['by form', 'text/csv']);
    }
  });

  it('reports what is put and copied to the bucket, test event first, and nothing of other buckets', async () => {
    const seen: string[] = [];
    aws.createBucket('library');
    aws.createBucket('watched');
    await aws.onObjectCreated('watched', (event) => {
      const { Event, Records } = event as {
        Event?: string;
        Records?: { eventName: string; s3: { object: { key: string } } }[];
      };
      seen.push(Event ?? `${Records?.[0]?.eventName} ${Records?.[0]?.s3.object.key}`);
    });

    await s3().send(new PutObjectCommand({ Bucket: 'library', Key: 'x', Body: 'x' }));
    await s3().send(new PutObjectCommand({ Bucket: 'watched', Key: 'ü 1', Body: 'x' }));
    await s3().send(new CopyObjectCommand({ Bucket: 'watched', Key: 'copy', CopySource: 'library/x' }));

    expect(seen).toEqual(['s3:TestEvent', 'ObjectCreated:Put %C3%BC+1', 'ObjectCreated:Copy copy']);
  });

  it('keeps nothing of an object that was not sent to its end', async () => {
    aws.createBucket('library');
    const headers = { authorization: 'AWS4-HMAC-SHA256 x', 'content-length': 100 };
    const sending = request(`${aws.endpointUrl}/library/cut`, { method: 'PUT', headers });
    sending.on('error', () => {}); // It is this side that hangs up.

    const incoming = () => readdirSync(join(bench.dataFolder, 'aws', 's3', 'incoming')).length;
    sending.write('half of it');
    await until('the file to begin', () => incoming() === 1);
    sending.destroy();
    await until('nothing to be left of it', () => incoming() === 0);

    await expect(s3().send(new GetObjectCommand({ Bucket: 'library', Key: 'cut' }))).rejects.toThrow(/key/);
  });

  it('deletes for good', async () => {
    aws.createBucket('library');
    await s3().send(new PutObjectCommand({ Bucket: 'library', Key: 'gone', Body: 'x' }));
    await s3().send(new DeleteObjectCommand({ Bucket: 'library', Key: 'gone' }));

    const { KeyCount } = await s3().send(new ListObjectsV2Command({ Bucket: 'library', Prefix: 'gone' }));
    expect(KeyCount).toBe(0);
  });

  it.each([
    ['an unsigned call', {}, '/library/x', 403],
    ['a link with a signature that anybody can write', {}, '/library?list-type=2&X-Amz-Signature=x', 403],
    ['a foreign host name', { host: 'evil.example', authorization: 'AWS4-HMAC-SHA256 x' }, '/library/x', 403],
    ['a key that climbs', { authorization: 'AWS4-HMAC-SHA256 x' }, '/library/..%2f..%2fx', 400],
  ])('refuses %s', async (_what, headers, path, status) => {
    expect(await statusOf(path, headers)).toBe(status);
  });
});

describe('SQS', () => {
  it('gives a message with its attributes, and again when it is given back, counting the tries', async () => {
    const queue = aws.createQueue('turns', { VisibilityTimeout: '900' });
    const sqs = new SQSClient(settings());
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: queue.url,
        MessageBody: 'one',
        MessageGroupId: 'creator',
        MessageAttributes: { request_id: { DataType: 'String', StringValue: 'r-1' } },
      }),
    );

    const [first] = await queue.receive({ max: 10, waitSeconds: 1 });
    await queue.changeVisibility(first?.ReceiptHandle ?? '', 0);
    const [second] = await queue.receive({ max: 10, waitSeconds: 1 });
    await queue.remove(second?.ReceiptHandle ?? '');

    expect(first?.MessageAttributes?.request_id?.StringValue).toBe('r-1');
    expect(second).toMatchObject({ Body: 'one', Attributes: { ApproximateReceiveCount: '2' } });
    expect(await queue.receive({ max: 1, waitSeconds: 0 })).toEqual([]);
  });

  it('lets one busy creator not starve another, and remembers whose a message is', async () => {
    aws.createQueue('fair');
    const send = (group: string, body: string) =>
      new SQSClient(settings()).send(
        new SendMessageCommand({
          QueueUrl: `${aws.endpointUrl}/000000000000/fair`,
          MessageBody: body,
          MessageGroupId: group,
        }),
      );
    for (const body of ['1', '2', '3', '4']) await send('busy', body);
    await send('quiet', 'q');

    await stop();
    await start();
    const queue = aws.createQueue('fair');
    const order: string[] = [];
    for (let count = 0; count < 5; count += 1) {
      const [message] = await queue.receive({ max: 1, waitSeconds: 0 });
      order.push(`${message?.Attributes.MessageGroupId} ${message?.Body}`);
    }

    expect(order).toEqual(['busy 1', 'quiet q', 'busy 2', 'busy 3', 'busy 4']);
  });

  it('hands out again after a restart what waited and what was in the hands of the run before', async () => {
    const queue = aws.createQueue('kept', { VisibilityTimeout: '3600' });
    await queue.send('in flight');
    await queue.receive({ max: 1, waitSeconds: 0 });
    await queue.send('waiting');

    await stop();
    await start();
    const again = aws.createQueue('kept', { VisibilityTimeout: '3600' });

    const messages = await again.receive({ max: 10, waitSeconds: 5 });
    const seen = messages.map(({ Body, Attributes }) => [Body, Attributes.ApproximateReceiveCount]);
    expect(seen).toEqual([
      ['in flight', '2'],
      ['waiting', '1'],
    ]);
  });

  it('moves what failed too often to the dead-letter queue', async () => {
    const dead = aws.createQueue('dead');
    const queue = aws.createQueue('risky', {
      VisibilityTimeout: '0',
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 2 }),
    });
    await queue.send('poison');

    for (let attempt = 0; attempt < 3; attempt += 1) await queue.receive({ max: 1, waitSeconds: 0 });

    expect(await dead.receive({ max: 1, waitSeconds: 1 })).toMatchObject([{ Body: 'poison' }]);
  });
});

describe('@connections', () => {
  it('hands posts and closings to the handler and tells a gone connection as API Gateway does', async () => {
    const calls: string[] = [];
    aws.onConnections((method, id, body) => {
      calls.push(`${method} ${id} ${body}`);
      return { status: id === 'gone=' ? 410 : 200 };
    });
    const { endpoint, ...rest } = settings();
    const client = new ApiGatewayManagementApiClient({ ...rest, endpoint: `${endpoint}/socket` });

    await client.send(new PostToConnectionCommand({ ConnectionId: 'abc=', Data: 'hi' }));
    await client.send(new DeleteConnectionCommand({ ConnectionId: 'abc=' }));
    const gone = client.send(new PostToConnectionCommand({ ConnectionId: 'gone=', Data: 'hi' }));

    await expect(gone).rejects.toMatchObject({ name: 'GoneException', $metadata: { httpStatusCode: 410 } });
    expect(calls).toEqual(['POST abc= hi', 'DELETE abc= ', 'POST gone= hi']);
  });
});

function statusOf(path: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(aws.endpointUrl);
    request({ hostname, port, path, headers }, (response) => resolve(response.resume().statusCode ?? 0))
      .on('error', reject)
      .end();
  });
}
