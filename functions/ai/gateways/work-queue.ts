import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { currentScope } from '../../../shared/observability/request-scope.ts';

export interface WorkQueue {
  /** Sends one message, with the running request's id. `groupId` keeps one busy creator from starving others. */
  send(message: Record<string, unknown>, options?: { groupId?: string; delaySeconds?: number }): Promise<void>;
}

export function openWorkQueue(sqs: SQSClient, queueUrl: string): WorkQueue {
  return {
    async send(message, { groupId, delaySeconds } = {}) {
      const requestId = currentScope()?.requestId;
      await sqs.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: JSON.stringify(message),
          ...(groupId && { MessageGroupId: groupId }),
          ...(delaySeconds && { DelaySeconds: delaySeconds }),
          ...(requestId && {
            MessageAttributes: { request_id: { DataType: 'String', StringValue: requestId } },
          }),
        }),
      );
    },
  };
}
