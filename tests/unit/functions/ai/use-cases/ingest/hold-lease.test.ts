import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { holdLease, LeaseLostError } from '../../../../../../functions/ai/use-cases/ingest/hold-lease.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const options = (renew: () => Promise<boolean>) => ({ renew, leaseMs: 30_000, renewEveryMs: 10_000 });

test('a lease that is renewed is kept', async () => {
  const lease = holdLease(options(async () => true));

  await vi.advanceTimersByTimeAsync(120_000);

  expect(lease.signal.aborted).toBe(false);
  lease.stop();
});

test('a lease that another took ends the work at once', async () => {
  const lease = holdLease(options(async () => false));

  await vi.advanceTimersByTimeAsync(10_000);

  expect(lease.signal.reason).toBeInstanceOf(LeaseLostError);
  lease.stop();
});

test('a database that is away for a moment does not end the work, but for the length of a lease it does', async () => {
  let away = true;
  const lease = holdLease(
    options(async () => {
      if (away) throw new Error('away');
      return true;
    }),
  );

  await vi.advanceTimersByTimeAsync(20_000);
  away = false;
  await vi.advanceTimersByTimeAsync(10_000);
  const afterMoment = lease.signal.aborted;
  away = true;
  await vi.advanceTimersByTimeAsync(30_000);

  expect(afterMoment).toBe(false);
  expect(lease.signal.reason).toBeInstanceOf(LeaseLostError);
  lease.stop();
});

test('the end of the function ends the work with its own reason', () => {
  const controller = new AbortController();
  const lease = holdLease({ ...options(async () => true), until: controller.signal });

  controller.abort(new Error('out of time'));

  expect(lease.signal.reason).toEqual(new Error('out of time'));
  lease.stop();
});
