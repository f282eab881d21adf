import { openSignedRequests } from './signed-requests.ts';

/** The part of SQS's `SendMessage` that is used here. */
export interface QueueEntry {
  readonly QueueUrl: string;
  readonly MessageBody: string;
  readonly MessageGroupId?: string;
  readonly DelaySeconds?: number;
  readonly MessageAttributes?: Readonly<Record<string, { readonly DataType: 'String'; readonly StringValue: string }>>;
}

/** Hands one entry to SQS. @throws Error with what SQS says */
export type QueueSender = (entry: QueueEntry) => Promise<unknown>;

const SEND_TIMEOUT_MS = 3_000;
const HEADERS = { 'Content-Type': 'application/x-amz-json-1.0', 'X-Amz-Target': 'AmazonSQS.SendMessage' };

/**
 * SQS in its JSON protocol, with the credentials of the function that runs; at AWS_ENDPOINT_URL where that is set (an
 * emulator), else where the queue's address says.
 */
export function openQueueSender(queueUrl: string): QueueSender {
  const url = process.env.AWS_ENDPOINT_URL ?? new URL(queueUrl).origin;
  const send = openSignedRequests({ url, service: 'sqs', timeoutMs: SEND_TIMEOUT_MS });
  return async (entry) => {
    const { status, text } = await send({ method: 'POST', path: '/', headers: HEADERS, body: JSON.stringify(entry) });
    if (status !== 200) throw new Error(`SQS answered ${status}: ${text.slice(0, 300)}`);
  };
}
