import { Metrics } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import { expect, test, vi } from 'vitest';
import type { ChannelUse } from '../../../../functions/channel/channel-use.ts';
import { socketHandler } from '../../../../functions/channel/socket-handler.ts';
import { AuthenticationError } from '../../../../shared/errors/authentication-error.ts';
import { RedisUnavailableError } from '../../../../shared/errors/redis-unavailable-error.ts';

const HANDSHAKE = {
  requestContext: { routeKey: '$connect', connectionId: 'abc=', requestId: 'request-1' },
  headers: { Origin: 'https://www.example.org' },
  queryStringParameters: { ticket: 'a ticket' },
};
const context = { getRemainingTimeInMillis: () => 1_000 } as Context;

/** A service of which every part fails in this way. */
const failingWith = (error: Error) =>
  new Proxy({} as ChannelUse, {
    get() {
      throw error;
    },
  });

test.each([
  ['a fault of ours is told to CloudWatch', new RedisUnavailableError(new Error('gone')), 503, 1],
  ['a refusal is not', new AuthenticationError(), 401, 0],
])('%s', async (_, error, status, told) => {
  const metrics = vi.spyOn(Metrics.prototype, 'addMetric');

  const answer = await socketHandler(failingWith(error))(HANDSHAKE, context);

  expect(answer.statusCode).toBe(status);
  expect(metrics.mock.calls.filter(([name]) => name === 'SocketFailure')).toHaveLength(told);
  metrics.mockRestore();
});
