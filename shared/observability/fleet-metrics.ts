import { randomUUID } from 'node:crypto';
import type { RedisClient } from '../clients/redis.ts';
import { redisScript } from '../clients/redis-script.ts';
import { platformKey } from '../config/redis-keys.ts';
import { APIError } from '../errors/api-error.ts';
import { log } from './logger.ts';
import { UPSTREAMS } from './metric-list.ts';
import { carryCountersWith, drainCounters } from './metrics.ts';
import { toPrometheusText } from './prometheus-text.ts';

export interface FleetMetrics {
  /** Adds this instance's counters to the fleet's, each once; what Redis does not confirm is sent again the next time. */
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

/** For so long the fleet remembers which parcels it has taken. */
const MARK_SECONDS = 600;

/**
 * Adds a parcel unless it was added before. A command that ran out of time may have been carried out all the same, and
 * the client itself sends again what a lost connection left unanswered.
 */
const APPLY_ONCE = `
if redis.call('set', KEYS[2], '', 'NX', 'EX', ARGV[1]) then
  for place = 2, #ARGV, 2 do
    redis.call('hincrbyfloat', KEYS[1], ARGV[place], ARGV[place + 1])
  end
end`;

interface Parcel {
  readonly id: string;
  /** Series and amount in turn. */
  readonly amounts: readonly (string | number)[];
}

/** Of this instance, like the counters themselves: sent until it is known to have been added, and before any other. */
let unconfirmed: Parcel | undefined;

function nextParcel(): Parcel | undefined {
  if (unconfirmed) return unconfirmed;
  const amounts = [...drainCounters()].flat();
  if (amounts.length > 0) unconfirmed = { id: randomUUID(), amounts };
  return unconfirmed;
}

/** The tag is the hash's own name: a cluster keeps both in one slot. */
const markOf = ({ id }: Parcel) => platformKey('metrics', 'taken', `{${KEY}}`, id);

/**
 * Counters that speak for the fleet: every instance adds to one hash in Redis, at most every few seconds and beside
 * its requests, none of which waits for it. An instance that is frozen between two requests carries its last counts
 * at the next one; those of one that is ended meanwhile are lost here, and stand in CloudWatch only.
 */
export function openFleetMetrics(redis: RedisClient): FleetMetrics {
  const apply = redisScript(redis, APPLY_ONCE);
  let lastFlushAtMs = 0;
  let timer: NodeJS.Timeout | undefined;

  const flush = async () => {
    clearTimeout(timer);
    timer = undefined;
    lastFlushAtMs = Date.now();
    try {
      for (let parcel = nextParcel(); parcel; parcel = nextParcel()) {
        await apply([KEY, markOf(parcel)], [MARK_SECONDS, ...parcel.amounts]);
        if (unconfirmed === parcel) unconfirmed = undefined;
      }
    } catch (error) {
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
