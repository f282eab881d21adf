import type { EngineApp, QueueStore } from './fauxqs-engine.ts';

type Queue = NonNullable<ReturnType<QueueStore['getQueueByName']>>;
type Message = Parameters<Queue['enqueue']>[0];

interface Sent {
  readonly MessageBody: string;
  readonly MessageGroupId?: string;
}

/** Makes a standard queue a fair one. */
export type MakeFair = (queue: Queue) => void;

/**
 * SQS's fair queues, which the engine does not know: among the groups with waiting messages, the one with the fewest
 * in flight is served first, so that one busy creator does not starve the others.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html
 */
export function teachFairness(app: EngineApp): MakeFair {
  // The engine drops the group of a message to a standard queue. From this hook to `enqueue` nothing is awaited, so
  // that what is sent here is what arrives there.
  let sending: Sent[] = [];
  app.addHook('preHandler', (request, _reply, done) => {
    const action = String(request.headers['x-amz-target'] ?? '');
    const body = request.body as (Sent & { Entries?: Sent[] }) | undefined;
    if (action === 'AmazonSQS.SendMessage' && body !== undefined) sending = [body];
    else if (action === 'AmazonSQS.SendMessageBatch') sending = [...(body?.Entries ?? [])];
    else sending = [];
    done();
  });
  const known = new WeakSet<Queue>();
  return (queue) => {
    if (known.has(queue) || queue.isFifo()) return;
    known.add(queue);
    const { enqueue, dequeue } = queue;
    queue.enqueue = (message) => {
      const at = sending.findIndex(({ MessageBody }) => MessageBody === message.body);
      const [sent] = at === -1 ? [] : sending.splice(at, 1);
      if (sent?.MessageGroupId !== undefined) message.messageGroupId = sent.MessageGroupId;
      enqueue.call(queue, message);
    };
    queue.dequeue = (max, ...rest) => {
      queue.processTimers();
      takeTurns(queue, max);
      return dequeue.call(queue, max, ...rest);
    };
  };
}

/** Moves the next `max` messages to the front; within a group the order stays. */
function takeTurns(queue: Queue, max: number): void {
  const { messages, inflightMessages } = queue;
  const waiting = Map.groupBy(messages, ({ messageGroupId }) => messageGroupId);
  if (waiting.size < 2) return;
  const busy = new Map<string | undefined, number>();
  const count = (group: string | undefined) => void busy.set(group, (busy.get(group) ?? 0) + 1);
  for (const { message } of inflightMessages.values()) count(message.messageGroupId);
  const next = new Set<Message>();
  while (next.size < max && waiting.size > 0) {
    const [group, queued] = [...waiting].reduce((least, other) =>
      (busy.get(other[0]) ?? 0) < (busy.get(least[0]) ?? 0) ? other : least,
    );
    const message = queued.shift();
    if (message !== undefined) next.add(message);
    if (queued.length === 0) waiting.delete(group);
    count(group);
  }
  const rest = messages.filter((message) => !next.has(message));
  messages.splice(0, messages.length, ...next, ...rest);
}
