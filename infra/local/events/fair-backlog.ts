import type { QueueMessage } from '../parts/local-queue.ts';

/**
 * Messages that were received and wait for their turn, handed out as SQS fair queues do: the group with the fewest
 * messages under way comes first, so that a busy creator does not keep the others waiting.
 */
export interface FairBacklog {
  add(messages: readonly QueueMessage[]): void;
  /** Takes up to `count` messages out; they count as under way until `done`. */
  take(count: number): readonly QueueMessage[];
  done(messages: readonly QueueMessage[]): void;
  size(): number;
}

interface Held {
  readonly message: QueueMessage;
  readonly untilMs: number;
}

/** @param holdMs how long a message may wait here; after that it is dropped, and SQS hands it out again by itself */
export function createFairBacklog(holdMs: number): FairBacklog {
  const waiting = new Map<string, Held[]>();
  const underWay = new Map<string, number>();
  let size = 0;

  const next = (): QueueMessage | undefined => {
    let best: string | undefined;
    // Groups are met in the order of their oldest message, so the oldest wins among equals.
    for (const group of waiting.keys()) {
      if (best === undefined || countOf(underWay, group) < countOf(underWay, best)) best = group;
    }
    if (best === undefined) return undefined;
    const held = waiting.get(best)?.shift();
    size -= 1;
    moveToEnd(waiting, best);
    if (held && held.untilMs < Date.now()) return next();
    if (held) underWay.set(best, countOf(underWay, best) + 1);
    return held?.message;
  };

  return {
    size: () => size,
    add: (messages) => {
      for (const message of messages) {
        const group = groupOf(message);
        const line = waiting.get(group) ?? [];
        line.push({ message, untilMs: Date.now() + holdMs });
        waiting.set(group, line);
        size += 1;
      }
    },
    take: (count) => {
      const taken: QueueMessage[] = [];
      while (taken.length < count) {
        const message = next();
        if (!message) break;
        taken.push(message);
      }
      return taken;
    },
    done: (messages) => {
      for (const group of messages.map(groupOf)) {
        const left = countOf(underWay, group) - 1;
        if (left > 0) underWay.set(group, left);
        else underWay.delete(group);
      }
    },
  };
}

const groupOf = (message: QueueMessage) => message.Attributes.MessageGroupId ?? '';
const countOf = (counts: ReadonlyMap<string, number>, group: string) => counts.get(group) ?? 0;

function moveToEnd(waiting: Map<string, Held[]>, group: string): void {
  const line = waiting.get(group);
  waiting.delete(group);
  if (line && line.length > 0) waiting.set(group, line);
}
