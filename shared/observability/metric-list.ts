/** Upper bounds in seconds; the last bucket, `+Inf`, is understood. */
const REQUEST_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10, 30];
const WAIT_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900];
const WORK_SECONDS = [0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 120, 300, 900];

interface Described {
  /** Names of the labels, in the order they are written. Their values come from code, never from a client. */
  readonly labels: readonly string[];
}

export interface CounterDescription extends Described {
  readonly type: 'counter';
}
export interface HistogramDescription extends Described {
  readonly type: 'histogram';
  readonly bounds: readonly number[];
}
export interface GaugeDescription extends Described {
  readonly type: 'gauge';
}
export type MetricDescription = CounterDescription | HistogramDescription | GaugeDescription;

/** Whatever calls are counted and broken off by: names of the HTTP clients. */
export const UPSTREAMS = ['ollama', 'ollama-chat', 'chroma', 'ses'] as const;

const counter = (...labels: string[]) => ({ type: 'counter', labels }) as const;
const histogram = (bounds: readonly number[], ...labels: string[]) => ({ type: 'histogram', labels, bounds }) as const;

/** A closed list: what is not in it is neither counted nor shown. Durations are seconds, as Prometheus wants them. */
export const METRICS = {
  /** Answered requests and socket events. */
  understudy_requests_total: counter('service', 'route', 'status'),
  /** From the event to the answer, inside the function. */
  understudy_request_duration_seconds: histogram(REQUEST_SECONDS, 'service', 'route'),
  /** Instances that answered their first request. */
  understudy_cold_starts_total: counter('service'),
  /** From sending a message to its delivery. */
  understudy_queue_age_seconds: histogram(WAIT_SECONDS, 'queue'),
  understudy_queue_messages_total: counter('queue', 'outcome'),
  /** From the delivery of a turn to the first text for the visitor. */
  understudy_first_token_seconds: histogram(WAIT_SECONDS),
  /** Ended turns: stop, length, cancelled, refused, or the code of the error. */
  understudy_turns_total: counter('outcome'),
  /** Of the chat model, over sockets: prompt or answer. */
  understudy_tokens_total: counter('kind'),
  /** Answers that rested on none of the passages and were taken back. */
  understudy_answers_withdrawn_total: counter(),
  /** Prompts of which the model server read less than was sent. */
  understudy_prompts_truncated_total: counter(),
  /** Turns that went back to the queue because the model was busy. */
  understudy_turns_sent_back_total: counter(),
  understudy_ingest_stage_seconds: histogram(WORK_SECONDS, 'stage'),
  understudy_documents_total: counter('outcome'),
  /** Calls over HTTP: status, or code of the error. */
  understudy_upstream_requests_total: counter('upstream', 'outcome'),
  /** How often an instance gave an upstream up for a while. */
  understudy_breaker_opened_total: counter('upstream'),
  /** Whether any instance has given the upstream up at this moment. */
  understudy_breaker_open: { type: 'gauge', labels: ['upstream'] },
  understudy_audit_seals_broken_total: counter(),
} as const satisfies Record<string, MetricDescription>;

type Metrics = typeof METRICS;
type NamesOf<Type extends MetricDescription['type']> = {
  [Name in keyof Metrics]: Metrics[Name]['type'] extends Type ? Name : never;
}[keyof Metrics];

export type CounterName = NamesOf<'counter'>;
export type HistogramName = NamesOf<'histogram'>;
export type Labels = Readonly<Record<string, string>>;
