import { createHash } from 'node:crypto';
import type { SQSBatchResponse, SQSEvent, SQSMessageAttributes, SQSRecord } from 'aws-lambda';
import * as z from 'zod';
import type { QueueMessage } from '../parts/local-queue.ts';
import { REGION } from '../template/stack-references.ts';

/** The event that Lambda makes of a batch. */
export function queueEvent(queueArn: string, messages: readonly QueueMessage[]): SQSEvent {
  return { Records: messages.map((message) => toRecord(queueArn, message)) };
}

function toRecord(queueArn: string, message: QueueMessage): SQSRecord {
  return {
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: message.Attributes as unknown as SQSRecord['attributes'],
    messageAttributes: toAttributes(message.MessageAttributes),
    md5OfBody: message.MD5OfBody ?? createHash('md5').update(message.Body).digest('hex'),
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: REGION,
  };
}

function toAttributes(attributes: QueueMessage['MessageAttributes'] = {}): SQSMessageAttributes {
  const pairs = Object.entries(attributes).map(([name, { DataType, StringValue }]) => [
    name,
    { stringValue: StringValue, stringListValues: [], binaryListValues: [], dataType: DataType },
  ]);
  return Object.fromEntries(pairs) as SQSMessageAttributes;
}

const BatchResponse: z.ZodType<SQSBatchResponse> = z.object({
  batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })),
});

/**
 * Which messages of a batch are done with. As Lambda reads it: nothing said means all succeeded, and an answer that
 * is malformed or names a message outside the batch means that none did.
 */
export function succeeded(messages: readonly QueueMessage[], answer: unknown): readonly QueueMessage[] {
  if (answer === null || answer === undefined || answer === '') return messages;
  if (typeof answer === 'object' && !('batchItemFailures' in answer)) return messages;
  const parsed = BatchResponse.safeParse(answer);
  if (!parsed.success) return [];
  const failed = new Set(parsed.data.batchItemFailures.map((failure) => failure.itemIdentifier));
  const known = new Set(messages.map((message) => message.MessageId));
  if ([...failed].some((id) => !known.has(id))) return [];
  return messages.filter((message) => !failed.has(message.MessageId));
}
