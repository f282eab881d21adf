import { Metrics } from '@aws-lambda-powertools/metrics';
import { expect, test, vi } from 'vitest';
import { LONGEST_POST_MS } from '../../../../shared/channels/channel-adapter.ts';
import { LONGEST_SOCKET_POST_MS, openSocketManagement } from '../../../../shared/clients/socket-poster.ts';
import { log } from '../../../../shared/observability/logger.ts';
import { answerStatus, useTestServer } from '../../../support/use-test-server.ts';

const server = useTestServer();
const open = () => openSocketManagement({ url: `${server.address}/prod` });

test('a frame arrives as it is, at the address of its connection', async () => {
  let url: string | undefined;
  server.answer = (request, response) => {
    url = request.url;
    response.end();
  };

  const outcome = await open().post('abc/+=', '{"text":"ü"}');

  expect(outcome).toBe('sent');
  expect([url, server.seen[0]?.body]).toEqual(['/prod/@connections/abc%2F%2B%3D', '{"text":"ü"}']);
});

test('whoever left is gone, by the status alone', async () => {
  server.answer = answerStatus(410);

  expect(await open().post('abc=', '{}')).toBe('gone');
  expect(await open().isOpen('abc=')).toBe(false);
  await expect(open().close('abc=')).resolves.toBeUndefined();
});

test.each([403, 413, 500])(
  'a frame that is refused with %i ends its connection, so that its client comes back',
  async (status) => {
    const warned = vi.spyOn(log, 'warn').mockImplementation(() => {});
    server.answer = (request, response) => response.writeHead(request.method === 'POST' ? status : 204).end();

    expect(await open().post('abc=', '{}')).toBe('gone');

    expect(server.seen.at(-1)?.method).toBe('DELETE');
    expect(warned).toHaveBeenCalledOnce();
    warned.mockRestore();
  },
);

test('a frame that could not be posted is told to CloudWatch, and one to nobody is not', async () => {
  const warned = vi.spyOn(log, 'warn').mockImplementation(() => {});
  const told = vi.spyOn(Metrics.prototype, 'addMetric');
  const toldAfter = async (status: number) => {
    server.answer = (request, response) => response.writeHead(request.method === 'POST' ? status : 204).end();
    await open().post('abc=', '{}');
    return told.mock.calls.filter(([name]) => name === 'SocketFailure').length;
  };

  expect(await toldAfter(410)).toBe(0);
  expect(await toldAfter(403)).toBe(1);

  told.mockRestore();
  warned.mockRestore();
});

test('in doubt a connection is open', async () => {
  server.answer = answerStatus(500);

  expect(await open().isOpen('abc=')).toBe(true);
});

test('a post, repeated and given up, ends before whoever posts loses the connection', () => {
  expect(LONGEST_SOCKET_POST_MS).toBeLessThan(LONGEST_POST_MS);
});
