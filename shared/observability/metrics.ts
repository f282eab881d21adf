import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { type CounterName, type HistogramName, type Labels, METRICS } from './metric-list.ts';

const emf = new Metrics({ namespace: 'Understudy', serviceName: process.env.SERVICE_NAME ?? 'understudy' });

export interface RequestSample {
  readonly service: string;
  readonly route: string;
  readonly status: number;
  readonly durationMs: number;
}

/** An instance that carries more than this at once counts something that it should not. */
const MAX_PENDING_SERIES = 2_000;

/**
 * What this instance has counted and not yet carried to the fleet: field → amount. A field is `name{labels}`; of a
 * histogram each bucket is one (`name_bucket{…,le="…"}`, counting its own samples only) and `name_sum{…}` another.
 */
const pending = new Map<string, number>();

/** Told of every count, so that it can carry the counters to the fleet's before long. */
let carrier: (() => void) | undefined;

/** One carrier per instance; a second call replaces the first. */
export function carryCountersWith(next: () => void): void {
  carrier = next;
}

/** Adds to a counter of the fleet. Only memory is touched: no request waits for its counting. */
export function add(name: CounterName, labels: Labels, amount: number): void {
  addToSeries(`${name}${labelText(name, labels)}`, amount);
  carrier?.();
}

/** Puts one sample, in seconds, into a histogram of the fleet. */
export function observe(name: HistogramName, labels: Labels, seconds: number): void {
  const bound = METRICS[name].bounds.find((upper) => seconds <= upper);
  addToSeries(`${name}_bucket${labelText(name, labels, bound === undefined ? '+Inf' : String(bound))}`, 1);
  addToSeries(`${name}_sum${labelText(name, labels)}`, Math.max(0, seconds));
  carrier?.();
}

/** Observes how long the work took, whichever way it ended. */
export async function observeWork<T>(name: HistogramName, labels: Labels, work: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  try {
    return await work();
  } finally {
    observe(name, labels, (performance.now() - startedAt) / 1_000);
  }
}

/** One answered request; for CloudWatch as well, in its embedded metric format. */
export function countRequest({ service, route, status, durationMs }: RequestSample): void {
  add('understudy_requests_total', { service, route, status: String(status) }, 1);
  observe('understudy_request_duration_seconds', { service, route }, durationMs / 1_000);
  tellCloudWatch('RequestDuration', durationMs, { route });
}

/** Milliseconds as a CloudWatch metric, by a line of the log. Dimensions cost money: few values, from code. */
export function tellCloudWatch(name: 'RequestDuration' | 'FirstToken' | 'QueueAge', ms: number, by: Labels): void {
  // Nothing is awaited in between, so that one instance serves all; one made for each line costs more than the line.
  for (const [dimension, value] of Object.entries(by)) emf.addDimension(dimension, value);
  emf.addMetric(name, MetricUnit.Milliseconds, ms);
  emf.publishStoredMetrics();
}

/**
 * Once each time, for an alarm that watches it: what no service of AWS could tell. `SocketFailure`: a frame could not be
 * posted, or a socket not be served. `AuditSealBroken`: an audit trail was changed. By stage, for stages may share an account.
 */
export function ring(name: 'SocketFailure' | 'AuditSealBroken'): void {
  emf.addDimension('stage', process.env.STAGE || 'local');
  emf.addMetric(name, MetricUnit.Count, 1);
  emf.publishStoredMetrics();
}

/** Takes what has been counted since the last call. */
export function drainCounters(): ReadonlyMap<string, number> {
  const drained = new Map(pending);
  pending.clear();
  return drained;
}

function addToSeries(series: string, amount: number): void {
  if (!pending.has(series) && pending.size >= MAX_PENDING_SERIES) return;
  pending.set(series, (pending.get(series) ?? 0) + amount);
}

/** Exactly the labels of the list, in its order, so that one series has one name. */
function labelText(name: CounterName | HistogramName, labels: Labels, bound?: string): string {
  const pairs = METRICS[name].labels.map((label) => `${label}="${plain(labels[label] ?? '')}"`);
  if (bound !== undefined) pairs.push(`le="${bound}"`);
  return pairs.length > 0 ? `{${pairs.join(',')}}` : '';
}

const plain = (value: string) => value.replaceAll(/["\\\n]/g, '_').slice(0, 100);
