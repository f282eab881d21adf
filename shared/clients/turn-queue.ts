import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { TurnMessage } from '../models/turn-message.ts';
import { log } from '../observability/logger.ts';
import { currentScope } from '../observability/request-scope.ts';

export interface TurnQueue {
  /**
   * Tells the engine about a turn that is already in the database. Never throws: the row is the outbox, and what is
   * not sent now is sent by the sweeper within a minute. `afterSeconds`: the queue keeps it back for so long.
   */
  announce(turn: Omit<TurnMessage, 'kind'>, options?: { readonly afterSeconds?: number }): Promise<void>;
}

const SEND_TIMEOUT_MS = 3_000;

export function openTurnQueue({ sqs, queueUrl }: { sqs: SQSClient; queueUrl: string }): TurnQueue {
  return {
    async announce(turn, { afterSeconds } = {}) {
      const message: TurnMessage = { kind: 'turn', ...turn };
      const requestId = currentScope()?.requestId;
      const command = new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: JSON.stringify(message),
        // On a standard queue the group is for fairness between creators (SQS fair queues), not for order.
        MessageGroupId: turn.creator_id,
        ...(afterSeconds !== undefined && { DelaySeconds: afterSeconds }),
        ...(requestId && { MessageAttributes: { request_id: { DataType: 'String', StringValue: requestId } } }),
      });
      try {
        await sqs.send(command, { abortSignal: AbortSignal.timeout(SEND_TIMEOUT_MS) });
      } catch (error) {
        log.error('a turn waits for the sweeper', error, { turn_id: turn.turn_id });
      }
    },
  };
}
