import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { log } from '../observability/logger.ts';
import { requestIdFrom } from '../observability/request-id.ts';
import { type RequestScope, runInScope } from '../observability/request-scope.ts';

export type QueueHandler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;

/**
 * Handles each record by itself and reports the failed ones, so that the good ones of a batch are not delivered
 * again. The request id of the message attribute `request_id` is carried on.
 */
export function queueHandler(
  service: string,
  source: string,
  handle: (record: SQSRecord, context: Context) => Promise<void>,
): QueueHandler {
  return async (event, context) => {
    const outcomes = await Promise.all(
      event.Records.map((record) => {
        const scope: RequestScope = {
          requestId: requestIdFrom(record.messageAttributes.request_id?.stringValue),
          service,
          route: source,
          deadlineAtMs: Date.now() + context.getRemainingTimeInMillis(),
        };
        return runInScope(scope, () => handleOne(record, context, handle));
      }),
    );
    const failed = event.Records.filter((_, index) => outcomes[index] === false);
    return { batchItemFailures: failed.map((record) => ({ itemIdentifier: record.messageId })) };
  };
}

async function handleOne(
  record: SQSRecord,
  context: Context,
  handle: (record: SQSRecord, context: Context) => Promise<void>,
): Promise<boolean> {
  const startedAt = performance.now();
  try {
    await handle(record, context);
    log.info('message handled', {
      message_id: record.messageId,
      duration_ms: Math.round(performance.now() - startedAt),
    });
    return true;
  } catch (error) {
    log.error('message failed', error, { message_id: record.messageId });
    return false;
  }
}
