import { afterEach, describe, expect, test, vi } from 'vitest';
import { createFairBacklog } from '../../../../../infra/local/events/fair-backlog.ts';
import type { QueueMessage } from '../../../../../infra/local/parts/local-queue.ts';

const message = (id: string, group?: string): QueueMessage => ({
  MessageId: id,
  ReceiptHandle: id,
  Body: '',
  MD5OfBody: '',
  Attributes: group === undefined ? {} : { MessageGroupId: group },
});
const ids = (messages: readonly QueueMessage[]) => messages.map((one) => one.MessageId);

afterEach(() => vi.useRealTimers());

describe('a fair backlog', () => {
  test('hands a quiet group its message before the rest of a busy one', () => {
    const backlog = createFairBacklog(60_000);
    backlog.add(['a1', 'a2', 'a3', 'a4'].map((id) => message(id, 'busy')));
    backlog.add([message('b1', 'quiet')]);

    expect(ids(backlog.take(1))).toEqual(['a1']);
    expect(ids(backlog.take(1))).toEqual(['b1']);
    expect(ids(backlog.take(9))).toEqual(['a2', 'a3', 'a4']);
  });

  test('counts what is under way, also of messages that come later', () => {
    const backlog = createFairBacklog(60_000);
    backlog.add(['a1', 'a2', 'a3'].map((id) => message(id, 'busy')));
    const first = backlog.take(2);

    backlog.add([message('b1', 'quiet'), message('b2', 'quiet')]);
    expect(ids(backlog.take(2))).toEqual(['b1', 'b2']);

    backlog.done(first);
    expect(ids(backlog.take(1))).toEqual(['a3']);
  });

  test('keeps the order inside a group, and between messages without one', () => {
    const backlog = createFairBacklog(60_000);
    backlog.add([message('1'), message('2'), message('3')]);

    expect(ids(backlog.take(2))).toEqual(['1', '2']);
    expect(backlog.size()).toBe(1);
  });

  test('drops what has waited so long that SQS hands it out again', () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const backlog = createFairBacklog(5_000);
    backlog.add([message('old', 'a')]);
    vi.setSystemTime(Date.now() + 5_001);
    backlog.add([message('new', 'a')]);

    expect(ids(backlog.take(9))).toEqual(['new']);
    expect(backlog.size()).toBe(0);
  });
});
