import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ChannelApiError } from '../../../../../web/widget/app/channel-api.ts';
import { ShutOut } from '../../../../../web/widget/app/shut-out.ts';

const unreadable = new TypeError('Failed to fetch');
const isWell = vi.fn(async () => true);
let shutOut: ShutOut;

beforeEach(() => {
  isWell.mockReset().mockResolvedValue(true);
  vi.stubGlobal('navigator', { onLine: true });
  shutOut = new ShutOut(isWell);
});
afterEach(() => vi.unstubAllGlobals());

test('two refusals in a row that the page may not read, by a service that is well, mean that it is shut out', async () => {
  expect(await shutOut.explains(unreadable)).toBe(false);
  expect(await shutOut.explains(unreadable)).toBe(true);
});

test('a service that is not well between two refusals is a broken line', async () => {
  await shutOut.explains(unreadable);
  isWell.mockResolvedValueOnce(false);

  expect(await shutOut.explains(unreadable)).toBe(false);
  expect(await shutOut.explains(unreadable)).toBe(false);
});

test('a page that was told so is shut out at its first refusal, and the service is not asked', async () => {
  shutOut.dismiss();

  expect(await shutOut.explains(unreadable)).toBe(true);
  expect(isWell).not.toHaveBeenCalled();
});

test('a page that was let in since begins anew', async () => {
  shutOut.dismiss();
  await shutOut.explains(unreadable);
  shutOut.letIn();

  expect(await shutOut.explains(unreadable)).toBe(false);
});

test('a page without a network is not shut out, even if it was told so', async () => {
  vi.stubGlobal('navigator', { onLine: false });
  shutOut.dismiss();

  expect(await shutOut.explains(unreadable)).toBe(false);
});

test('an error that the page may read speaks for itself', async () => {
  shutOut.dismiss();

  expect(await shutOut.explains(new ChannelApiError(503, 'SERVICE_UNAVAILABLE', 0))).toBe(false);
});

test('an attempt that took too long is no refusal', async () => {
  const tooLong = new DOMException('signal timed out', 'TimeoutError');

  expect(await shutOut.explains(tooLong)).toBe(false);
  expect(await shutOut.explains(tooLong)).toBe(false);
});
