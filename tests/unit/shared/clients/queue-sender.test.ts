import type { IncomingHttpHeaders } from 'node:http';
import { beforeEach, expect, test, vi } from 'vitest';
import { openQueueSender } from '../../../../shared/clients/queue-sender.ts';
import { useTestServer } from '../../../support/use-test-server.ts';

const server = useTestServer();

beforeEach(() => {
  vi.stubEnv('AWS_ENDPOINT_URL', undefined);
});

test('an entry is sent to the service at the queue’s address, in SQS’s JSON protocol', async () => {
  let headers: IncomingHttpHeaders = {};
  let url: string | undefined;
  server.answer = (request, response) => {
    ({ headers, url } = request);
    response.end('{"MessageId":"1"}');
  };
  const entry = { QueueUrl: `${server.address}/123456789012/turns`, MessageBody: 'ü', MessageGroupId: 'somebody' };

  await openQueueSender(entry.QueueUrl)(entry);

  expect([url, JSON.parse(server.seen[0]?.body ?? '')]).toEqual(['/', entry]);
  expect(headers).toMatchObject({
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': 'AmazonSQS.SendMessage',
    authorization: expect.stringContaining('/sqs/aws4_request'),
  });
});

test('an emulator stands where the environment says', async () => {
  vi.stubEnv('AWS_ENDPOINT_URL', server.address);

  await openQueueSender('https://sqs.eu-central-1.amazonaws.com/123456789012/turns')({
    QueueUrl: 'x',
    MessageBody: '',
  });

  expect(server.seen.length).toBe(1);
});

test('what SQS refuses is told with its reason', async () => {
  server.answer = (_, response) => response.writeHead(400).end('{"__type":"QueueDoesNotExist"}');

  await expect(openQueueSender(server.address)({ QueueUrl: 'x', MessageBody: '' })).rejects.toThrow(
    'SQS answered 400: {"__type":"QueueDoesNotExist"}',
  );
});
