import { createHash, randomUUID } from 'node:crypto';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { mayAnswer, openRedis, type RedisClient } from '../../../../shared/clients/redis.ts';
import { openRateLimiter, type RateLimiter } from '../../../../shared/security/rate-limiter.ts';
import { testRedisUrl } from '../../../support/test-redis.ts';

const LIMIT = { points: 20, perSeconds: 60 };

/** A way to the server that can be held up: what is sent meanwhile arrives when it goes on. */
async function openWay() {
  const { hostname, port } = new URL(testRedisUrl());
  const ways: { readonly near: Socket; readonly far: Socket }[] = [];
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    near.pipe(far).pipe(near);
    for (const end of [near, far]) end.on('error', () => {}).on('close', () => near.destroy() && far.destroy());
    ways.push({ near, far });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    holdUp: () => {
      for (const { near } of ways) near.unpipe();
    },
    goOn: () => {
      for (const { near, far } of ways) near.pipe(far);
    },
    close: () => void server.close(),
  };
}

describe('the rate limiter', () => {
  const clients: RedisClient[] = [];
  const instance = (factor = 1): { limiter: RateLimiter; redis: RedisClient } => {
    const redis = openRedis(testRedisUrl());
    clients.push(redis);
    return { limiter: openRateLimiter({ redis, factor }), redis };
  };
  let limiter: RateLimiter;

  beforeAll(() => {
    limiter = instance().limiter;
  });

  afterAll(() => {
    for (const client of clients) client.disconnect();
  });

  const admitted = async (limiters: readonly RateLimiter[], attempts: number, subject: string) => {
    const all = Array.from({ length: attempts }, (_, n) =>
      limiters[n % limiters.length]?.consume('test', subject, LIMIT),
    );
    const outcomes = await Promise.allSettled(all);
    return outcomes.filter(({ status }) => status === 'fulfilled').length;
  };

  test('admits exactly the limit to four instances that ask at once', async () => {
    const instances = Array.from({ length: 4 }, () => instance().limiter);

    const count = await admitted(instances, 100, randomUUID());

    expect(count).toBe(LIMIT.points);
  });

  test('waits once for a server that hangs, and asks it again after a while', async () => {
    const way = await openWay();
    const redis = openRedis(way.url, { timeoutMs: 200 });
    clients.push(redis);
    const limiter = openRateLimiter({ redis, factor: 1 });
    const consume = () => limiter.consume('test', randomUUID(), LIMIT);
    await consume();

    way.holdUp();
    await consume();
    const [whileSilent, commands] = [mayAnswer(redis), vi.spyOn(redis, 'sendCommand')];
    await consume();
    expect([whileSilent, commands.mock.calls.length]).toEqual([false, 0]);

    way.goOn();
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 2_000 });
    onTestFinished(() => void vi.useRealTimers());
    const asked = [mayAnswer(redis), mayAnswer(redis)];
    await redis.ping();
    expect([asked, mayAnswer(redis)]).toEqual([[true, false], true]);
    way.close();
  });

  test('goes on where it was when Redis comes back with nothing in it', async () => {
    const { limiter, redis } = instance();
    const subject = randomUUID();
    await admitted([limiter], 12, subject);
    const id = createHash('sha256').update(subject).digest('base64url').slice(0, 22);
    const connected = new Promise((resolve) => redis.once('ready', resolve));

    const forgotten = await redis.del(`platform:limit:test:${id}`);
    redis.disconnect(true);
    await connected;
    const first = await admitted([limiter], 3, subject);
    const count = await admitted([limiter, instance().limiter], 20, subject);

    expect([forgotten, first, count]).toEqual([1, 3, LIMIT.points - 15]);
  });

  test('tells what is left, and when to come back', async () => {
    const subject = randomUUID();
    const limit = { points: 1, perSeconds: 30 };

    const state = await limiter.consume('test', subject, limit);
    const refused = limiter.consume('test', subject, limit);

    expect(state).toMatchObject({ limit: 1, remaining: 0, resetSeconds: 30 });
    await expect(refused).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      headers: { 'Retry-After': '30', 'RateLimit-Limit': '1', 'RateLimit-Remaining': '0', 'RateLimit-Reset': '30' },
    });
  });

  test('counts in several limits at once and tells the tightest', async () => {
    const counters = [
      { name: 'wide', subject: randomUUID(), points: 100, perSeconds: 60 },
      { name: 'tight', subject: { creatorId: randomUUID(), of: 'a widget' }, points: 2, perSeconds: 60 },
    ];

    const state = await limiter.consumeAll(counters);

    expect(state).toMatchObject({ limit: 2, remaining: 1 });
    await limiter.consumeAll(counters);
    await expect(limiter.consumeAll(counters)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  });

  describe('nested limits', () => {
    const creatorId = randomUUID();
    const visitor = (name: string) => ({
      name: 'visitor',
      subject: { creatorId, of: name },
      points: 2,
      perSeconds: 60,
    });
    const widget = (points: number) => ({ name: 'widget', subject: { creatorId, of: 'one' }, points, perSeconds: 60 });
    const admittedWithin = async (own: RateLimiter, visitors: readonly string[], points: number) => {
      const outcomes = await Promise.allSettled(
        visitors.map((name) => own.consumeNested([visitor(name), widget(points)])),
      );
      return outcomes.filter(({ status }) => status === 'fulfilled').length;
    };
    const flood = Array.from({ length: 50 }, () => 'flooding');
    const others = Array.from({ length: 8 }, (_, n) => `other ${n}`);

    test('what one refuses does not count in those around it', async () => {
      expect(await admittedWithin(limiter, flood, 5)).toBe(2);
      expect(await admittedWithin(limiter, others, 5)).toBe(3);
    });

    test('nor does it while Redis is away and each hit costs four', async () => {
      const { limiter: own, redis } = instance();
      redis.disconnect();

      expect(await admittedWithin(own, flood, 20)).toBe(1);
      expect(await admittedWithin(own, others, 20)).toBe(4);
    });
  });

  test('starts afresh for who is forgotten', async () => {
    const subject = randomUUID();
    const limit = { points: 1, perSeconds: 60 };
    await limiter.consume('login', subject, limit);

    await limiter.forget('login', subject);

    await expect(limiter.consume('login', subject, limit)).resolves.toMatchObject({ remaining: 0 });
  });

  test('multiplies every limit by the factor', async () => {
    const state = await instance(2.5).limiter.consume('test', randomUUID(), LIMIT);

    expect(state.limit).toBe(50);
  });

  test('keeps nothing readable of whom it counts', async () => {
    const { limiter: own, redis } = instance();
    const creatorId = randomUUID();

    await own.consume('login', { creatorId, of: 'ada@example.org' }, LIMIT);

    const keys = await redis.keys(`creator:{${creatorId}}:*`);
    expect(keys).toHaveLength(1);
    expect(keys.join()).not.toContain('ada');
  });

  test('admits no more when Redis goes away in the middle of a window', async () => {
    const { limiter: own, redis } = instance();
    const subject = randomUUID();
    const before = await admitted([own], 12, subject);
    redis.disconnect();

    const after = await admitted([own], 100, subject);

    expect(before).toBe(12);
    expect(after).toBeGreaterThan(0);
    expect(before + after).toBeLessThanOrEqual(LIMIT.points);
  });

  test('is stricter by itself, and does not wait, when Redis is not there at all', async () => {
    const { limiter: own, redis } = instance();
    redis.disconnect();

    const count = await admitted([own], 100, randomUUID());

    expect(count).toBe(LIMIT.points / 4);
  });
});
