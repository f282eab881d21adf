import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openCancelWatch } from '../../../../../../functions/ai/use-cases/answer/watch-cancels.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** What was raised, and what was asked for. */
function openSignal() {
  const raised = new Set<string>();
  const asked: (readonly [string, ...string[]])[] = [];
  const raisedAmong = async (creatorId: string, turnIds: readonly string[]) => {
    asked.push([creatorId, ...turnIds]);
    return turnIds.filter((turnId) => raised.has(turnId));
  };
  return { raised, asked, watch: openCancelWatch({ raisedAmong }, 250).watch };
}

test('all turns of a creator are looked at in one go', async () => {
  const { asked, watch } = openSignal();
  for (const turn of ['a', 'b', 'c']) watch('one', turn, () => {});
  watch('two', 'd', () => {});

  await vi.advanceTimersByTimeAsync(500);

  expect(asked).toEqual([
    ['one', 'a', 'b', 'c'],
    ['two', 'd'],
    ['one', 'a', 'b', 'c'],
    ['two', 'd'],
  ]);
});

test('a visitor who stops is heard once, and nobody else is', async () => {
  const { raised, watch } = openSignal();
  const [stopped, goesOn] = [vi.fn(), vi.fn()];
  watch('one', 'a', stopped);
  watch('one', 'b', goesOn);
  raised.add('a');

  await vi.advanceTimersByTimeAsync(1_000);

  expect([stopped.mock.calls.length, goesOn.mock.calls.length]).toEqual([1, 0]);
});

test('when nobody is left, nobody is asked for', async () => {
  const { asked, watch } = openSignal();
  const stop = watch('one', 'a', () => {});
  await vi.advanceTimersByTimeAsync(250);

  stop();
  await vi.advanceTimersByTimeAsync(1_000);

  expect([asked.length, vi.getTimerCount()]).toEqual([1, 0]);
});

test('a look that fails or hangs is no news, and ends no later one', async () => {
  let fail: (error: Error) => void = () => {};
  const raisedAmong = vi
    .fn<(creatorId: string, turnIds: readonly string[]) => Promise<readonly string[]>>()
    .mockReturnValueOnce(
      new Promise((_, reject) => {
        fail = reject;
      }),
    )
    .mockResolvedValue(['a']);
  const stopped = vi.fn();
  openCancelWatch({ raisedAmong }, 250).watch('one', 'a', stopped);

  await vi.advanceTimersByTimeAsync(1_000);
  const whileItHung = raisedAmong.mock.calls.length;
  fail(new Error('away'));
  await vi.advanceTimersByTimeAsync(250);

  expect([whileItHung, stopped.mock.calls.length]).toEqual([1, 1]);
});
