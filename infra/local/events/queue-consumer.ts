import type { HostedFunction } from '../functions/hosted-function.ts';
import type { LocalQueue, QueueMessage } from '../parts/local-queue.ts';
import type { ConsumerModel } from '../template/stack-model.ts';
import { queueEvent, succeeded } from './queue-event.ts';

export interface QueueConsumer {
  /** Takes no more messages. Those under way go on; ones that came after the call are given back. */
  stop(): void;
}

/** The most that SQS hands out for one request. */
const MAX_RECEIVED = 10;
const LONG_POLL_SECONDS = 20;
const RETRY_MS = 500;

/**
 * Does what a Lambda event source mapping does: receives batches, calls the function, deletes what succeeded. What
 * failed stays hidden until its visibility ends, and comes again or goes to the dead-letter queue.
 */
export function consumeQueue(
  mapping: ConsumerModel,
  queue: Pick<LocalQueue, 'arn' | 'receive' | 'remove' | 'changeVisibility'>,
  target: Pick<HostedFunction, 'invoke'>,
): QueueConsumer {
  let stopped = false;
  let underWay = 0;
  let wake = () => {};

  const handle = async (batch: readonly QueueMessage[]): Promise<void> => {
    const outcome = await target.invoke(queueEvent(queue.arn, batch));
    if (outcome.kind !== 'result') return;
    const done = mapping.reportsItemFailures ? succeeded(batch, outcome.value) : batch;
    await Promise.all(done.map((message) => queue.remove(message.ReceiptHandle)));
  };

  const start = (batch: readonly QueueMessage[]): void => {
    underWay += 1;
    handle(batch)
      .catch(() => {}) // A message that could not be removed is delivered again.
      .finally(() => {
        underWay -= 1;
        wake();
      });
  };

  const poll = async (): Promise<void> => {
    while (!stopped) {
      if (underWay >= mapping.maxConcurrency) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      const max = Math.min(mapping.batchSize, MAX_RECEIVED);
      const batch = await queue.receive({ max, waitSeconds: LONG_POLL_SECONDS });
      if (stopped) {
        await Promise.all(batch.map((message) => queue.changeVisibility(message.ReceiptHandle, 0)));
      } else if (batch.length > 0) start(batch);
    }
  };
  const pollForEver = async (): Promise<void> => {
    while (!stopped) {
      await poll().catch(() => {});
      if (!stopped) await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  };
  void pollForEver();

  return {
    stop: () => {
      stopped = true;
      wake();
    },
  };
}
