import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { QueuePair } from './target.ts';

/** Long enough to be sent on; what a crash leaves behind is seen again after it. */
const HIDDEN_SECONDS = 30;

export async function countDeadLetters(sqs: SQSClient, pair: QueuePair): Promise<number> {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: pair.deadLetters.url,
      AttributeNames: ['ApproximateNumberOfMessages'],
    }),
  );
  return Number(Attributes?.ApproximateNumberOfMessages ?? 0);
}

/**
 * Moves at most `max` messages back to their queue, each sent before it is deleted: a crash in between sends it twice,
 * which is harmless, because the lease of the row decides who works. @returns how many were moved
 */
export async function redriveQueue(sqs: SQSClient, pair: QueuePair, max: number): Promise<number> {
  const seen = new Set<string>();
  while (seen.size < max) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: pair.deadLetters.url,
        MaxNumberOfMessages: Math.min(10, max - seen.size),
        VisibilityTimeout: HIDDEN_SECONDS,
        WaitTimeSeconds: 1,
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['MessageGroupId'],
      }),
    );
    // What has come back by itself, because it failed again, is left for the next time.
    const fresh = Messages.filter((message) => message.MessageId !== undefined && !seen.has(message.MessageId));
    if (fresh.length === 0) break;
    for (const message of fresh) {
      seen.add(message.MessageId ?? '');
      await moveBack(sqs, pair, message);
    }
  }
  return seen.size;
}

async function moveBack(sqs: SQSClient, pair: QueuePair, message: Message): Promise<void> {
  const group = message.Attributes?.MessageGroupId ?? creatorOf(message.Body ?? '');
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: pair.url,
      MessageBody: message.Body,
      ...(message.MessageAttributes && { MessageAttributes: message.MessageAttributes }),
      ...(group && { MessageGroupId: group }),
    }),
  );
  await sqs.send(new DeleteMessageCommand({ QueueUrl: pair.deadLetters.url, ReceiptHandle: message.ReceiptHandle }));
}

/** Fairness goes by creator; not every store tells the group of a received message. */
function creatorOf(body: string): string | undefined {
  try {
    const { creator_id } = JSON.parse(body) as { creator_id?: unknown };
    return typeof creator_id === 'string' ? creator_id : undefined;
  } catch {
    return undefined;
  }
}
