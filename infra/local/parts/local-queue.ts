import type { EngineApp, FauxqsEngine } from './fauxqs-engine.ts';

/** A message as SQS hands it out, with all its attributes. */
export interface QueueMessage {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly Body: string;
  readonly MD5OfBody: string;
  readonly Attributes: Readonly<Record<string, string>>;
  readonly MessageAttributes?: Readonly<Record<string, { readonly DataType: string; readonly StringValue?: string }>>;
}

/** One queue, used from this process without a detour over the network. */
export interface LocalQueue {
  readonly name: string;
  readonly url: string;
  readonly arn: string;
  send(body: string): Promise<void>;
  /** Long poll: returns at once when there is something, else waits up to `waitSeconds` (at most 20). */
  receive(options: { readonly max: number; readonly waitSeconds: number }): Promise<QueueMessage[]>;
  remove(receiptHandle: string): Promise<void>;
  /** Hides the message for so much longer, or with 0 gives it back at once. */
  changeVisibility(receiptHandle: string, seconds: number): Promise<void>;
}

/**
 * Makes the queue, or gives the one of an earlier run these attributes; its messages stay, also those in flight.
 * @param attributes as in CreateQueue: VisibilityTimeout, RedrivePolicy, MessageRetentionPeriod …, all strings
 */
export function openQueue(
  engine: FauxqsEngine,
  endpointUrl: string,
  name: string,
  attributes: Readonly<Record<string, string>>,
  region: string,
): LocalQueue {
  const arn = `arn:aws:sqs:${region}:000000000000:${name}`;
  const url = `${endpointUrl}/000000000000/${name}`;
  const known = engine.queues.getQueueByName(name);
  known?.setAttributes({ ...attributes });
  engine.makeFair(known ?? engine.queues.createQueue(name, url, arn, { ...attributes }));
  const call = <T>(action: string, input: object) => callSqs<T>(engine.app, action, { QueueUrl: url, ...input });
  return {
    name,
    url,
    arn,
    async send(body) {
      await call('SendMessage', { MessageBody: body });
    },
    async receive({ max, waitSeconds }) {
      const { Messages = [] } = await call<{ Messages?: QueueMessage[] }>('ReceiveMessage', {
        MaxNumberOfMessages: Math.min(max, 10),
        WaitTimeSeconds: Math.min(waitSeconds, 20),
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      });
      return Messages;
    },
    async remove(receiptHandle) {
      await call('DeleteMessage', { ReceiptHandle: receiptHandle });
    },
    async changeVisibility(receiptHandle, seconds) {
      await call('ChangeMessageVisibility', { ReceiptHandle: receiptHandle, VisibilityTimeout: seconds });
    },
  };
}

async function callSqs<T>(app: EngineApp, action: string, input: object): Promise<T> {
  const response = await app.inject({
    method: 'POST',
    url: '/',
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AmazonSQS.${action}`, host: '127.0.0.1' },
    payload: JSON.stringify(input),
  });
  if (response.statusCode !== 200) throw new Error(`${action} failed: ${response.body}`);
  return (response.body === '' ? {} : JSON.parse(response.body)) as T;
}
