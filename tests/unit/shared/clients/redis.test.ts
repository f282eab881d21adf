import { Cluster } from 'ioredis';
import { afterEach, expect, test } from 'vitest';
import { openRedis, type RedisClient } from '../../../../shared/clients/redis.ts';
import { redisScript } from '../../../../shared/clients/redis-script.ts';
import { asApiError } from '../../../../shared/errors/error-envelope.ts';
import { RedisUnavailableError } from '../../../../shared/errors/redis-unavailable-error.ts';

let client: RedisClient | undefined;
afterEach(() => client?.disconnect());

test('a cluster is logged in to with the user and password of its address, over TLS', () => {
  // A port that nothing listens on: what counts is what would be sent.
  client = openRedis('rediss+cluster://understudy:a%2Fb@127.0.0.1:1');

  expect(client).toBeInstanceOf(Cluster);
  expect((client as Cluster).options.redisOptions).toMatchObject({
    username: 'understudy',
    password: 'a/b',
    tls: {},
  });
});

test('a script that Redis does not answer is told apart, and a client may come back', async () => {
  client = openRedis('redis://127.0.0.1:1');
  const thrown = await redisScript(client, 'return 1')(['k'], []).catch((error: unknown) => error);

  expect(thrown).toBeInstanceOf(RedisUnavailableError);
  expect(asApiError(thrown)).toMatchObject({
    status: 503,
    code: 'DEPENDENCY_UNAVAILABLE',
    headers: { 'Retry-After': '5' },
  });
});
