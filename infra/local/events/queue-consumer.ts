import type { HostedFunction } from '../functions/hosted-function.ts';
import type { LocalQueue, QueueMessage } from '../parts/local-queue.ts';
import type { ConsumerModel } from '../template/stack-model.ts';
import { createFairBacklog } from './fair-backlog.ts';
import { queueEvent, succeeded } from './queue-event.ts';

export interface QueueConsumer {
  /** Takes no more messages and gives back those that were not started. Those under way go on. */
  stop(): Promise<void>;
}

/** The most that SQS hands out for one request. */
const MAX_RECEIVED = 10;
const LONG_POLL_SECONDS = 20;
const RETRY_MS = 500;
/** How many messages are looked at to be fair between groups. */
const BACKLOG = 1_000;

/**
 * Does what a Lambda event source mapping on a fair queue does: receives messages, calls the function with batches,
 * deletes what succeeded. What failed stays hidden until its visibility ends, and comes again or goes to the
 * dead-letter queue.
 *
 * @param visibilityMs how long the queue hides a received message
 */
export function consumeQueue(
  mapping: ConsumerModel,
  queue: Pick<LocalQueue, 'arn' | 'receive' | 'remove' | 'changeVisibility'>,
  target: Pick<HostedFunction, 'invoke' | 'model'>,
  visibilityMs: number,
): QueueConsumer {
  // What starts late must still have the function's whole time before SQS hands it out again.
  const backlog = createFairBacklog(Math.max(1_000, visibilityMs - target.model.timeoutMs));
  let stopped = false;
  let underWay = 0;
  let wake = () => {};

  const handle = async (batch: readonly QueueMessage[]): Promise<void> => {
    const outcome = await target.invoke(queueEvent(queue.arn, batch));
    if (outcome.kind !== 'result') return;
    const done = mapping.reportsItemFailures ? succeeded(batch, outcome.value) : batch;
    await Promise.all(done.map((message) => queue.remove(message.ReceiptHandle)));
  };
  const startWaiting = (): void => {
    while (!stopped && underWay < mapping.maxConcurrency) {
      const batch = backlog.take(mapping.batchSize);
      if (batch.length === 0) return;
      underWay += 1;
      handle(batch)
        .catch(() => {}) // A message that could not be removed is delivered again.
        .finally(() => {
          underWay -= 1;
          backlog.done(batch);
          startWaiting();
          wake();
        });
    }
  };
  const giveBack = (messages: readonly QueueMessage[]) =>
    Promise.allSettled(messages.map((message) => queue.changeVisibility(message.ReceiptHandle, 0)));

  const poll = async (): Promise<void> => {
    if (backlog.size() >= BACKLOG) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
      return;
    }
    const messages = await queue.receive({ max: MAX_RECEIVED, waitSeconds: LONG_POLL_SECONDS });
    if (stopped) return void (await giveBack(messages));
    backlog.add(messages);
    startWaiting();
  };
  const pollForEver = async (): Promise<void> => {
    while (!stopped) await poll().catch(() => new Promise((resolve) => setTimeout(resolve, RETRY_MS)));
  };
  void pollForEver();

  return {
    stop: async () => {
      stopped = true;
      wake();
      await giveBack(backlog.take(backlog.size()));
    },
  };
}
