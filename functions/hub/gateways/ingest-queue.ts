import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { AnswerMessage } from '../../../shared/models/answer-message.ts';
import type { DocumentMessage } from '../../../shared/models/document-message.ts';
import { log } from '../../../shared/observability/logger.ts';
import { currentScope } from '../../../shared/observability/request-scope.ts';

type IngestWork = DocumentMessage | AnswerMessage;

export interface IngestQueue {
  /**
   * Tells the ingest about work that is already in the database. Never throws: the row is the outbox, and what is not
   * sent now is sent by the sweeper within a minute.
   */
  announce(work: IngestWork): Promise<void>;
}

const SEND_TIMEOUT_MS = 3_000;

export function openIngestQueue({ sqs, queueUrl }: { sqs: SQSClient; queueUrl: string }): IngestQueue {
  return {
    async announce(work) {
      const requestId = currentScope()?.requestId;
      const command = new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: JSON.stringify(work),
        MessageGroupId: work.creator_id,
        ...(requestId && { MessageAttributes: { request_id: { DataType: 'String', StringValue: requestId } } }),
      });
      try {
        await sqs.send(command, { abortSignal: AbortSignal.timeout(SEND_TIMEOUT_MS) });
      } catch (error) {
        log.error('work waits for the sweeper', error, { ...work });
      }
    },
  };
}
