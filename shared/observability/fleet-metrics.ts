import type { RedisClient } from '../clients/redis.ts';
import { platformKey } from '../config/redis-keys.ts';
import { APIError } from '../errors/api-error.ts';
import { log } from './logger.ts';
import { UPSTREAMS } from './metric-list.ts';
import { carryCountersWith, drainCounters, restoreCounters } from './metrics.ts';
import { toPrometheusText } from './prometheus-text.ts';

export interface FleetMetrics {
  /** Adds this instance's counters to the fleet's; what Redis does not take is kept for the next time. */
  flush(): Promise<void>;
  /**
   * The whole fleet's counters in Prometheus' text format (version 0.0.4).
   * @throws APIError DEPENDENCY_UNAVAILABLE when Redis, which keeps them, does not answer
   */
  render(): Promise<string>;
}

/** One hash: one slot of a cluster, and one reply for whoever asks. */
const KEY = platformKey('metrics', 'series');
const FLUSH_EVERY_MS = 3_000;

/**
 * Counters that speak for the fleet: every instance adds to one hash in Redis, at most every few seconds and beside
 * its requests, none of which waits for it. An instance that is frozen between two requests carries its last counts
 * at the next one; those of one that is ended meanwhile are lost here, and stand in CloudWatch only.
 */
export function openFleetMetrics(redis: RedisClient): FleetMetrics {
  let lastFlushAtMs = 0;
  let timer: NodeJS.Timeout | undefined;

  const flush = async () => {
    clearTimeout(timer);
    timer = undefined;
    lastFlushAtMs = Date.now();
    const counters = drainCounters();
    if (counters.size === 0) return;
    const pipeline = redis.pipeline();
    for (const [series, amount] of counters) pipeline.hincrbyfloat(KEY, series, amount);
    try {
      const results = await pipeline.exec();
      const refused = [...counters].filter((_, index) => results?.[index]?.[0]);
      restoreCounters(new Map(refused));
    } catch (error) {
      restoreCounters(counters);
      log.debug('counters wait for redis', { reason: error instanceof Error ? error.name : 'unknown' });
    }
  };

  carryCountersWith(() => {
    if (timer) return;
    const dueInMs = lastFlushAtMs + FLUSH_EVERY_MS - Date.now();
    if (dueInMs <= 0) lastFlushAtMs = Date.now();
    timer = setTimeout(flush, Math.max(0, dueInMs)).unref();
  });

  return {
    flush,
    async render() {
      await flush();
      const [fields, ...open] = await Promise.all([
        redis.hgetall(KEY),
        ...UPSTREAMS.map((name) => redis.exists(platformKey('breaker', name))),
      ]).catch((cause: unknown) => {
        throw new APIError('DEPENDENCY_UNAVAILABLE', 'The counters are kept in Redis, which does not answer.', {
          headers: { 'Retry-After': '5' },
          cause,
        });
      });
      const breakers = UPSTREAMS.map((name, place) => [
        `understudy_breaker_open{upstream="${name}"}`,
        String(open[place] ?? 0),
      ]);
      return toPrometheusText({ ...fields, ...Object.fromEntries(breakers) });
    },
  };
}
