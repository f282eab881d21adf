import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { log } from '../observability/logger.ts';
import { add, observe, tellCloudWatch } from '../observability/metrics.ts';
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
        return runInScope(scope, () => {
          observeAge(source, record);
          return handleOne(source, record, () => handle(record, context));
        });
      }),
    );
    const failed = event.Records.filter((_, index) => outcomes[index] === false);
    return { batchItemFailures: failed.map((record) => ({ itemIdentifier: record.messageId })) };
  };
}

/** How long the message waited, earlier deliveries included: SQS tells when it was sent. */
function observeAge(queue: string, { attributes }: SQSRecord): void {
  const waitedMs = Date.now() - Number(attributes.SentTimestamp);
  if (!Number.isFinite(waitedMs)) return;
  observe('understudy_queue_age_seconds', { queue }, waitedMs / 1_000);
  tellCloudWatch('QueueAge', Math.max(0, waitedMs), { queue });
}

async function handleOne(queue: string, record: SQSRecord, handle: () => Promise<void>): Promise<boolean> {
  const startedAt = performance.now();
  try {
    await handle();
    add('understudy_queue_messages_total', { queue, outcome: 'handled' }, 1);
    log.info('message handled', {
      message_id: record.messageId,
      duration_ms: Math.round(performance.now() - startedAt),
    });
    return true;
  } catch (error) {
    add('understudy_queue_messages_total', { queue, outcome: 'failed' }, 1);
    log.error('message failed', error, { message_id: record.messageId });
    return false;
  }
}
