import { Cluster } from 'ioredis';
import { afterEach, expect, test } from 'vitest';
import { openRedis, type RedisClient } from '../../../../shared/clients/redis.ts';

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
