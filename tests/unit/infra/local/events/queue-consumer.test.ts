import { describe, expect, test } from 'vitest';
import { consumeQueue } from '../../../../../infra/local/events/queue-consumer.ts';
import { queueEvent, succeeded } from '../../../../../infra/local/events/queue-event.ts';
import type { Outcome } from '../../../../../infra/local/functions/hosted-function.ts';
import type { QueueMessage } from '../../../../../infra/local/parts/local-queue.ts';
import type { FunctionModel } from '../../../../../infra/local/template/stack-model.ts';
import { until } from '../../../../support/until.ts';

const message = (id: string): QueueMessage => ({
  MessageId: id,
  ReceiptHandle: `receipt-${id}`,
  Body: `{"id":"${id}"}`,
  MD5OfBody: 'x',
  Attributes: { ApproximateReceiveCount: '1', MessageGroupId: 'creator' },
  MessageAttributes: { request_id: { DataType: 'String', StringValue: 'req-12345' } },
});

const mapping = {
  logicalId: 'S',
  functionId: 'F',
  queueArn: 'arn',
  batchSize: 10,
  maxConcurrency: 2,
  reportsItemFailures: true,
};

const model: FunctionModel = {
  logicalId: 'F',
  name: 'f',
  codeFolder: '',
  handler: 'index.handler',
  timeoutMs: 1_000,
  memoryMb: 128,
  environment: {},
};

/** A queue that gives each of its batches once and then has nothing. */
function fakeQueue(batches: QueueMessage[][]) {
  const removed: string[] = [];
  const returned: string[] = [];
  return {
    removed,
    returned,
    arn: 'arn',
    receive: async () => batches.shift() ?? new Promise<QueueMessage[]>((resolve) => setTimeout(() => resolve([]), 20)),
    remove: async (receipt: string) => void removed.push(receipt),
    changeVisibility: async (receipt: string) => void returned.push(receipt),
  };
}

describe('what a batch left done', () => {
  const batch = [message('a'), message('b'), message('c')];
  const done = (answer: unknown) => succeeded(batch, answer).map((one) => one.MessageId);

  test('nothing said means that all succeeded', () => {
    expect(done(null)).toEqual(['a', 'b', 'c']);
    expect(done({ batchItemFailures: [] })).toEqual(['a', 'b', 'c']);
  });

  test('named failures stay', () => {
    expect(done({ batchItemFailures: [{ itemIdentifier: 'b' }] })).toEqual(['a', 'c']);
  });

  test('a malformed answer or a foreign name means that none succeeded', () => {
    expect(done({ batchItemFailures: [{ itemIdentifier: 'zzz' }] })).toEqual([]);
    expect(done({ batchItemFailures: [{}] })).toEqual([]);
  });
});

test('a record carries body, attributes and message attributes as Lambda has them', () => {
  const [record] = queueEvent('arn:q', [message('a')]).Records;

  expect(record).toMatchObject({ messageId: 'a', body: '{"id":"a"}', eventSource: 'aws:sqs', eventSourceARN: 'arn:q' });
  expect(record?.attributes).toMatchObject({ MessageGroupId: 'creator' });
  expect(record?.messageAttributes.request_id).toMatchObject({ stringValue: 'req-12345', dataType: 'String' });
});

describe('a consumer', () => {
  test('deletes what succeeded and leaves what failed', async () => {
    const queue = fakeQueue([[message('a'), message('b')]]);
    const invoke = async (): Promise<Outcome> => ({
      kind: 'result',
      value: { batchItemFailures: [{ itemIdentifier: 'a' }] },
    });

    const consumer = consumeQueue(mapping, queue, { invoke, model }, 60_000);
    await until('a removal', () => queue.removed.length > 0);
    consumer.stop();

    expect(queue.removed).toEqual(['receipt-b']);
  });

  test('deletes nothing when the function failed or timed out', async () => {
    const queue = fakeQueue([[message('a')], [message('b')]]);
    const outcomes: Outcome[] = [{ kind: 'failure', errorType: 'E', message: 'm' }, { kind: 'timeout' }];
    let calls = 0;
    const invoke = async () => outcomes[calls++] ?? { kind: 'timeout' as const };

    const consumer = consumeQueue(mapping, queue, { invoke, model }, 60_000);
    await until('both calls', () => calls === 2);
    consumer.stop();

    expect(queue.removed).toEqual([]);
  });

  test('never has more batches under way than the mapping allows', async () => {
    const queue = fakeQueue(['a', 'b', 'c', 'd', 'e'].map((id) => [message(id)]));
    const running: (() => void)[] = [];
    let most = 0;
    const invoke = async (): Promise<Outcome> => {
      await new Promise<void>((resolve) => {
        most = Math.max(most, running.push(resolve));
      });
      return { kind: 'result', value: null };
    };

    const consumer = consumeQueue(mapping, queue, { invoke, model }, 60_000);
    await until('two batches under way', () => running.length === 2);
    await until('all removals', () => {
      running.shift()?.();
      return queue.removed.length === 5;
    });
    consumer.stop();

    expect(most).toBe(2);
  });

  test('gives back what arrives after it was stopped', async () => {
    let arrive: (batch: QueueMessage[]) => void = () => {};
    const queue = { ...fakeQueue([]), receive: () => new Promise<QueueMessage[]>((resolve) => (arrive = resolve)) };
    const consumer = consumeQueue(
      mapping,
      queue,
      { invoke: async () => ({ kind: 'result', value: null }), model },
      60_000,
    );

    consumer.stop();
    arrive([message('late')]);

    await until('the return', () => queue.returned.length > 0);
    expect(queue.removed).toEqual([]);
  });
});
