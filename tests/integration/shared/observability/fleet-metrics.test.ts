import { createRedisMock } from 'js-redis-server';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openRedis, type RedisClient } from '../../../../shared/clients/redis.ts';
import { platformKey } from '../../../../shared/config/redis-keys.ts';
import { openFleetMetrics } from '../../../../shared/observability/fleet-metrics.ts';
import { add, countRequest, drainCounters, observe } from '../../../../shared/observability/metrics.ts';
import { faultsOfHistograms, readSamples } from '../../../support/prometheus.ts';

let cluster: Awaited<ReturnType<typeof createRedisMock>>;
let redis: RedisClient;

beforeAll(async () => {
  cluster = await createRedisMock({ cluster: { masters: 3 } });
  redis = openRedis(`redis+cluster://127.0.0.1:${cluster.port}`);
});
beforeEach(async () => {
  drainCounters();
  await redis.del(platformKey('metrics', 'series'));
});
afterAll(async () => {
  redis.disconnect();
  await cluster.close();
});

const samplesOf = (text: string, name: string) => readSamples(text).filter((sample) => sample.name === name);

test('what several instances count is one sum, on a cluster too', async () => {
  const instances = [openFleetMetrics(redis), openFleetMetrics(redis), openFleetMetrics(redis)];
  for (const instance of instances) {
    countRequest({ service: 'hub', route: 'GET /v1/hub/widgets', status: 200, durationMs: 12 });
    observe('understudy_queue_age_seconds', { queue: 'turns' }, 0.2);
    await instance.flush();
  }

  const text = (await instances[0]?.render()) ?? '';

  expect(samplesOf(text, 'understudy_requests_total')).toMatchObject([{ value: 3 }]);
  expect(samplesOf(text, 'understudy_request_duration_seconds_count')).toMatchObject([{ value: 3 }]);
  expect(samplesOf(text, 'understudy_queue_age_seconds_count')).toMatchObject([
    { labels: { queue: 'turns' }, value: 3 },
  ]);
  expect(faultsOfHistograms(text)).toEqual([]);
});

test('a breaker that any instance opened shows as open', async () => {
  await redis.set(platformKey('breaker', 'chroma'), '1', 'PX', 60_000);

  const text = await openFleetMetrics(redis).render();

  expect(samplesOf(text, 'understudy_breaker_open')).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ labels: { upstream: 'chroma' }, value: 1 }),
      expect.objectContaining({ labels: { upstream: 'ollama' }, value: 0 }),
    ]),
  );
});

test('what was added is not added again when the answer to it was lost', async () => {
  const metrics = openFleetMetrics(losingAnswers(redis, 2));
  add('understudy_turns_total', { outcome: 'stop' }, 2);

  await metrics.flush();
  add('understudy_turns_total', { outcome: 'stop' }, 1);
  await metrics.flush();
  await metrics.flush();

  const text = await openFleetMetrics(redis).render();
  expect(samplesOf(text, 'understudy_turns_total')).toMatchObject([{ labels: { outcome: 'stop' }, value: 3 }]);
});

test('counting returns at once while Redis does not answer, and nothing counted is lost by it', async () => {
  const gone = openRedis('redis://127.0.0.1:1');
  const metrics = openFleetMetrics(gone);
  add('understudy_turns_total', { outcome: 'stop' }, 2);
  await metrics.flush();
  gone.disconnect();
  add('understudy_turns_total', { outcome: 'stop' }, 1);

  const text = await openFleetMetrics(redis).render();

  expect(samplesOf(text, 'understudy_turns_total')).toMatchObject([{ labels: { outcome: 'stop' }, value: 3 }]);
});

/** Whatever is sent is carried out; what comes back for the first few commands comes too late. */
function losingAnswers(client: RedisClient, count: number): RedisClient {
  let left = count;
  return new Proxy(client, {
    get(target, name) {
      const member = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        const work = member.apply(target, args);
        if (!['eval', 'evalsha', 'exec', 'pipeline'].includes(String(name)) || left === 0) return work;
        if (name === 'pipeline') return losingAnswers(work, left--);
        return work.then((answer: unknown) => {
          left -= 1;
          if (left >= 0) throw new Error('Command timed out');
          return answer;
        });
      };
    },
  });
}
