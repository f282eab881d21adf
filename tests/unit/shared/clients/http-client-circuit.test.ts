import { describe, expect, test, vi } from 'vitest';
import {
  answerStatus,
  nextRequest,
  openTestClient,
  stopClock,
  useTestServer,
} from '../../../support/use-test-server.ts';

const server = useTestServer();

describe('opens its circuit', () => {
  const breaker = { failures: 3, openMs: 5_000 };
  const failing = async (fetch: typeof globalThis.fetch) => {
    stopClock();
    server.answer = answerStatus(503);
    for (let call = 0; call < breaker.failures; call++) await fetch(server.address);
  };

  test('after so many failures in a row, and then asks no more', async () => {
    const { fetch } = openTestClient({ breaker, retries: 0 });
    await failing(fetch);

    const asking = fetch(server.address);

    await expect(asking).rejects.toMatchObject({ code: 'DEPENDENCY_UNAVAILABLE' });
    expect(server.seen).toHaveLength(3);
  });

  test('until one call probes and succeeds', async () => {
    const { fetch } = openTestClient({ breaker, retries: 0 });
    await failing(fetch);
    server.answer = (_, response) => response.end('well again');

    vi.advanceTimersByTime(breaker.openMs - 1);
    await expect(fetch(server.address)).rejects.toMatchObject({ code: 'DEPENDENCY_UNAVAILABLE' });
    vi.advanceTimersByTime(1);
    const text = await (await fetch(server.address)).text();

    expect(text).toBe('well again');
    expect((await fetch(server.address)).status).toBe(200);
  });

  test('again when the probe fails, letting nobody else through meanwhile', async () => {
    const { fetch } = openTestClient({ breaker, retries: 0 });
    await failing(fetch);
    vi.advanceTimersByTime(breaker.openMs);
    const arrived = nextRequest(server);
    const probe = fetch(server.address);
    const response = await arrived;

    const beside = fetch(server.address);

    await expect(beside).rejects.toMatchObject({ code: 'DEPENDENCY_UNAVAILABLE' });
    response.writeHead(503).end();
    expect((await probe).status).toBe(503);
    await expect(fetch(server.address)).rejects.toMatchObject({ code: 'DEPENDENCY_UNAVAILABLE' });
    expect(server.seen).toHaveLength(4);
  });

  test('not because callers leave or ask for what is not there', async () => {
    const { fetch } = openTestClient({ breaker, retries: 0 });
    server.answer = answerStatus(404);
    for (let call = 0; call < 5; call++) await fetch(server.address);
    server.answer = () => {};
    for (let call = 0; call < 5; call++)
      await fetch(server.address, { signal: AbortSignal.timeout(10) }).catch(() => {});
    server.answer = answerStatus(200);

    const response = await fetch(server.address);

    expect(response.status).toBe(200);
  });
});
