import type { RedisClient } from '../clients/redis.ts';
import { platformKey } from '../config/redis-keys.ts';
import { log } from './logger.ts';
import { carryCountersWith, drainCounters, restoreCounters } from './metrics.ts';

export interface FleetMetrics {
  /** Adds this instance's counters to the fleet's; what Redis does not take is kept for the next time. */
  flush(): Promise<void>;
  /** The whole fleet's counters in Prometheus' text format (version 0.0.4). */
  render(): Promise<string>;
}

const KEY = platformKey('metrics', 'counters');
const FLUSH_EVERY_MS = 3_000;

/**
 * Counters that speak for the fleet: every instance adds to one hash in Redis, at most every few seconds. An instance
 * that is frozen between two requests carries its last counts at the next one.
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
      log.debug('counters wait for redis', { reason: error instanceof Error ? error.message : 'unknown' });
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
      return toPrometheus(await redis.hgetall(KEY));
    },
  };
}

/** Samples of one metric stand together under one `TYPE` line. */
function toPrometheus(series: Readonly<Record<string, string>>): string {
  const lines: string[] = [];
  let metric = '';
  for (const [name, amount] of Object.entries(series).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const own = name.slice(0, name.indexOf('{'));
    if (own !== metric) lines.push(`# TYPE ${own} counter`);
    metric = own;
    lines.push(`${name.replace('{}', '')} ${amount}`);
  }
  return `${lines.join('\n')}\n`;
}
