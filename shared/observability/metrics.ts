import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

const metrics = new Metrics({ namespace: 'Understudy', serviceName: process.env.SERVICE_NAME ?? 'understudy' });

export interface RequestSample {
  readonly service: string;
  readonly route: string;
  readonly status: number;
  readonly durationMs: number;
}

/** Counters of this instance that wait to be added to the fleet's, as `name{labels}` → amount. */
const pending = new Map<string, number>();

export function countRequest(sample: RequestSample): void {
  add('understudy_requests_total', { service: sample.service, route: sample.route, status: String(sample.status) }, 1);
  add('understudy_request_duration_ms_sum', { service: sample.service, route: sample.route }, sample.durationMs);
  const single = metrics.singleMetric();
  single.addDimension('route', sample.route);
  single.addMetric('RequestDuration', MetricUnit.Milliseconds, sample.durationMs);
}

/** Told of every count, so that it can carry the counters to the fleet's before long. */
let carrier: (() => void) | undefined;

/** One carrier per instance; a second call replaces the first. */
export function carryCountersWith(next: () => void): void {
  carrier = next;
}

/** Adds to a counter of the fleet. Labels come from code, never from a client. */
export function add(name: string, labels: Readonly<Record<string, string>>, amount: number): void {
  const text = Object.entries(labels)
    .map(([label, value]) => `${label}="${value.replaceAll(/["\\\n]/g, '_')}"`)
    .join(',');
  addToSeries(`${name}{${text}}`, amount);
  carrier?.();
}

/** Puts back what could not be carried away. */
export function restoreCounters(counters: ReadonlyMap<string, number>): void {
  for (const [series, amount] of counters) addToSeries(series, amount);
}

function addToSeries(series: string, amount: number): void {
  pending.set(series, (pending.get(series) ?? 0) + amount);
}

/** Takes what has been counted since the last call. */
export function drainCounters(): ReadonlyMap<string, number> {
  const drained = new Map(pending);
  pending.clear();
  return drained;
}
