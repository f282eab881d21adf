import { type HistogramDescription, METRICS } from './metric-list.ts';

/**
 * Prometheus' text format (version 0.0.4) of what `metrics.ts` counts. Buckets are stored with their own samples
 * only; here they are summed up, so that they rise with `le` and `_count` is always the last one.
 *
 * @param fields `name{labels}` → amount; what the list of metrics does not know is left out
 */
export function toPrometheusText(fields: Readonly<Record<string, string>>): string {
  const samples = Object.entries(fields).map(toSample);
  const lines = Object.entries(METRICS).flatMap(([name, description]) => {
    const own = description.type === 'histogram' ? ofHistogram(name, description, samples) : ofName(name, samples);
    return own.length > 0 ? [`# TYPE ${name} ${description.type}`, ...own] : [];
  });
  return `${lines.join('\n')}\n`;
}

interface Sample {
  readonly name: string;
  /** Without braces and without `le`. */
  readonly labels: string;
  readonly bound: string | undefined;
  readonly amount: number;
}

const LAST_BOUND = /,?le="([^"]*)"$/;

function toSample([field, amount]: [string, string]): Sample {
  const brace = field.indexOf('{');
  const inside = brace < 0 ? '' : field.slice(brace + 1, -1);
  return {
    name: brace < 0 ? field : field.slice(0, brace),
    labels: inside.replace(LAST_BOUND, ''),
    bound: LAST_BOUND.exec(inside)?.[1],
    amount: Number(amount),
  };
}

const line = (name: string, labels: string, amount: number) => `${name}${labels && `{${labels}}`} ${amount}`;
const byLabels = (a: Sample, b: Sample) => (a.labels < b.labels ? -1 : 1);

function ofName(name: string, samples: readonly Sample[]): string[] {
  return samples
    .filter((sample) => sample.name === name)
    .sort(byLabels)
    .map(({ labels, amount }) => line(name, labels, amount));
}

function ofHistogram(name: string, { bounds }: HistogramDescription, samples: readonly Sample[]): string[] {
  const buckets = Map.groupBy(
    samples.filter((sample) => sample.name === `${name}_bucket`),
    ({ labels }) => labels,
  );
  const sums = new Map(samples.filter((s) => s.name === `${name}_sum`).map(({ labels, amount }) => [labels, amount]));
  return [...buckets]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([labels, own]) => {
      const amounts = new Map(own.map(({ bound, amount }) => [bound, amount]));
      let below = 0;
      const lines = [...bounds.map(String), '+Inf'].map((bound) => {
        below += amounts.get(bound) ?? 0;
        return line(`${name}_bucket`, [labels, `le="${bound}"`].filter(Boolean).join(','), below);
      });
      return [...lines, line(`${name}_sum`, labels, sums.get(labels) ?? 0), line(`${name}_count`, labels, below)];
    });
}
