import { once } from 'node:events';
import { connect } from 'node:net';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningPart } from '../../../../../infra/local/parts/part.ts';
import type { PartRegistry } from '../../../../../infra/local/parts/part-registry.ts';
import { startRedis } from '../../../../../infra/local/parts/redis.ts';
import { openPartBench } from './part-bench.ts';

const bench = openPartBench();
let server: RunningPart;
let redis: Redis;
let registry: PartRegistry;

beforeAll(async () => {
  const context = await bench.context();
  registry = context.registry;
  server = await startRedis(context, undefined);
  redis = new Redis(server.url);
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
  registry.release();
  bench.remove();
});

/** Sends what a page's form or script would, and waits until the connection is ended. */
async function post(...pieces: readonly string[]): Promise<void> {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {}); // What comes after the end is refused.
  for (const piece of pieces) socket.write(piece);
  socket.resume();
  await once(socket, 'close');
}

describe('Redis', () => {
  it.each([
    ['a form', ['POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 14\r\n\r\nSET planted 1\r\n']],
    ['a script with a method of its own', ['SET planted HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n']],
    [
      'a body that comes later',
      ['PUT / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n', '*3\r\n$3\r\nSET\r\n$7\r\nplanted\r\n$1\r\n1\r\n'],
    ],
  ])('takes no command from a page: %s', async (_what, pieces) => {
    await post(...pieces);

    expect(await redis.get('planted')).toBeNull();
    expect(await redis.get('planted HTTP/1.1')).toBeNull();
  });
});
