import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, test, vi } from 'vitest';
import { openWorkQueue } from '../../../../shared/clients/work-queue.ts';
import { log } from '../../../../shared/observability/logger.ts';
import { runInScope } from '../../../../shared/observability/request-scope.ts';

const sqs = mockClient(SQSClient);
const queue = openWorkQueue(new SQSClient({ region: 'eu-central-1' }), 'http://127.0.0.1/queue');
const WORK = { kind: 'document', creator_id: 'somebody', document_id: 'a-document' };

beforeEach(() => {
  sqs.reset();
});

test('a message carries the id of the request that sent it, and whose turn it is', async () => {
  sqs.on(SendMessageCommand).resolves({});

  const scope = { requestId: 'my-request-1', service: 'hub', deadlineAtMs: Date.now() + 1_000 };
  await runInScope(scope, () => queue.announce(WORK, { groupId: WORK.creator_id, delaySeconds: 5 }));

  expect(sqs.commandCalls(SendMessageCommand)[0]?.args[0].input).toEqual({
    QueueUrl: 'http://127.0.0.1/queue',
    MessageBody: JSON.stringify(WORK),
    MessageGroupId: 'somebody',
    DelaySeconds: 5,
    MessageAttributes: { request_id: { DataType: 'String', StringValue: 'my-request-1' } },
  });
});

test('an announcement that fails is logged without its creator and left to the sweeper', async () => {
  sqs.on(SendMessageCommand).rejects(new Error('throttled'));
  const logged = vi.spyOn(log, 'error').mockImplementation(() => {});

  await queue.announce(WORK);

  expect(logged.mock.calls[0]?.[0]).toBe('work waits for the sweeper');
  expect(JSON.stringify(logged.mock.calls[0]?.[2])).toBe('{"kind":"document","document_id":"a-document"}');
  logged.mockRestore();
});

test('what is sent without a row behind it tells its failure', async () => {
  sqs.on(SendMessageCommand).rejects(new Error('throttled'));

  await expect(queue.send(WORK)).rejects.toThrow('throttled');
});
