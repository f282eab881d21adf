import { log } from '../observability/logger.ts';
import { currentScope } from '../observability/request-scope.ts';
import { openQueueSender, type QueueSender } from './queue-sender.ts';

export interface SendOptions {
  /**
   * Whose work it is: on a standard queue the group is for fairness between creators (SQS fair queues), not for order,
   * so that one busy creator does not starve others.
   */
  readonly groupId?: string | undefined;
  /** The queue keeps it back for so long; 15 minutes at most (SQS). */
  readonly delaySeconds?: number | undefined;
}

/** A queue as its senders see it: JSON, at most 256 KB (SQS), delivered at least once and in any order. */
export interface WorkQueue {
  /** Sends one message, with the running request's id. @throws what the sender throws */
  send(message: object, options?: SendOptions): Promise<void>;
  /**
   * Tells a worker about what is already in the database. Never throws: the row is the outbox, and what is not sent
   * now is sent by the sweeper within a minute. The message's fields go into the log line: they are ids alone.
   */
  announce(message: { readonly creator_id: string }, options?: SendOptions): Promise<void>;
}

/** The one that makes queue messages. `hand`: with whose credentials they are sent; the running function's unless given. */
export function openWorkQueue(queueUrl: string, hand: QueueSender = openQueueSender(queueUrl)): WorkQueue {
  const send: WorkQueue['send'] = async (message, { groupId, delaySeconds } = {}) => {
    const requestId = currentScope()?.requestId;
    await hand({
      QueueUrl: queueUrl,
      MessageBody: JSON.stringify(message),
      ...(groupId && { MessageGroupId: groupId }),
      ...(delaySeconds && { DelaySeconds: delaySeconds }),
      ...(requestId && { MessageAttributes: { request_id: { DataType: 'String', StringValue: requestId } } }),
    });
  };
  return {
    send,
    async announce(message, options) {
      try {
        await send(message, options);
      } catch (error) {
        const { creator_id: _, ...ids } = message;
        log.error('work waits for the sweeper', error, ids);
      }
    },
  };
}
