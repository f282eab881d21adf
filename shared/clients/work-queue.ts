import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { log } from '../observability/logger.ts';
import { currentScope } from '../observability/request-scope.ts';

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
  /** Sends one message, with the running request's id. @throws what SQS or the time limit of 3 s says */
  send(message: object, options?: SendOptions): Promise<void>;
  /**
   * Tells a worker about what is already in the database. Never throws: the row is the outbox, and what is not sent
   * now is sent by the sweeper within a minute. The message's fields go into the log line: they are ids alone.
   */
  announce(message: { readonly creator_id: string }, options?: SendOptions): Promise<void>;
}

const SEND_TIMEOUT_MS = 3_000;

/** The one sender of queue messages. */
export function openWorkQueue(sqs: SQSClient, queueUrl: string): WorkQueue {
  const send: WorkQueue['send'] = async (message, { groupId, delaySeconds } = {}) => {
    const requestId = currentScope()?.requestId;
    const command = new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: JSON.stringify(message),
      ...(groupId && { MessageGroupId: groupId }),
      ...(delaySeconds && { DelaySeconds: delaySeconds }),
      ...(requestId && { MessageAttributes: { request_id: { DataType: 'String', StringValue: requestId } } }),
    });
    await sqs.send(command, { abortSignal: AbortSignal.timeout(SEND_TIMEOUT_MS) });
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
