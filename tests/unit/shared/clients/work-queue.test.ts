import { expect, test, vi } from 'vitest';
import { openWorkQueue } from '../../../../shared/clients/work-queue.ts';
import { log } from '../../../../shared/observability/logger.ts';
import { runInScope } from '../../../../shared/observability/request-scope.ts';

const QUEUE_URL = 'http://127.0.0.1/queue';
const WORK = { kind: 'document', creator_id: 'somebody', document_id: 'a-document' };
const throttled = async () => {
  throw new Error('throttled');
};

test('a message carries the id of the request that sent it, and whose turn it is', async () => {
  const hand = vi.fn(async () => {});

  const scope = { requestId: 'my-request-1', service: 'hub', deadlineAtMs: Date.now() + 1_000 };
  await runInScope(scope, () =>
    openWorkQueue(QUEUE_URL, hand).announce(WORK, { groupId: WORK.creator_id, delaySeconds: 5 }),
  );

  expect(hand).toHaveBeenCalledExactlyOnceWith({
    QueueUrl: QUEUE_URL,
    MessageBody: JSON.stringify(WORK),
    MessageGroupId: 'somebody',
    DelaySeconds: 5,
    MessageAttributes: { request_id: { DataType: 'String', StringValue: 'my-request-1' } },
  });
});

test('an announcement that fails is logged without its creator and left to the sweeper', async () => {
  const logged = vi.spyOn(log, 'error').mockImplementation(() => {});

  await openWorkQueue(QUEUE_URL, throttled).announce(WORK);

  expect(logged.mock.calls[0]?.[0]).toBe('work waits for the sweeper');
  expect(JSON.stringify(logged.mock.calls[0]?.[2])).toBe('{"kind":"document","document_id":"a-document"}');
  logged.mockRestore();
});

test('what is sent without a row behind it tells its failure', async () => {
  await expect(openWorkQueue(QUEUE_URL, throttled).send(WORK)).rejects.toThrow('throttled');
});
