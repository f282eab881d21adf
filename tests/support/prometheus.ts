import { createRequire } from 'node:module';
import * as z from 'zod';

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const Families = z.array(
  z.object({
    name: z.string(),
    type: z.string(),
    metrics: z.array(z.object({ labels: z.record(z.string(), z.string()).default({}), value: z.coerce.number() })),
  }),
);

// The package has no types and is CommonJS.
const parse = createRequire(import.meta.url)('parse-prometheus-text-format') as (text: string) => unknown;

/**
 * Every sample that a Prometheus server reads in the text. The parser makes one of all label sets of a histogram, so
 * it is given the samples without their types. @throws where the text is none that it takes
 */
export function readSamples(text: string): readonly Sample[] {
  const untyped = text.replaceAll(/^#.*\n/gm, '');
  return Families.parse(parse(untyped)).flatMap(({ name, metrics }) => metrics.map((each) => ({ name, ...each })));
}

/** The type that the text tells for each metric, which must stand before its samples and only once. */
export function readTypes(text: string): Readonly<Record<string, string>> {
  const told = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => [name, type] as const);
  if (new Set(told.map(([name]) => name)).size < told.length) throw new Error('a type is told twice');
  return Object.fromEntries(told);
}

/** What no histogram may show: buckets that fall, no last one, or a count or sum that does not fit them. */
export function faultsOfHistograms(text: string): string[] {
  const samples = readSamples(text);
  const names = Object.entries(readTypes(text)).flatMap(([name, type]) => (type === 'histogram' ? [name] : []));
  return names.flatMap((name) => {
    const buckets = samples.filter((sample) => sample.name === `${name}_bucket`);
    const groups = Map.groupBy(buckets, ({ labels }) => withoutBound(labels));
    if (groups.size === 0) return [`${name} has no buckets`];
    return [...groups].flatMap(([key, own]) => {
      const amountOf = (suffix: string) =>
        samples.find((sample) => sample.name === `${name}_${suffix}` && withoutBound(sample.labels) === key)?.value;
      return faultsOf(own, amountOf('count'), amountOf('sum')).map((fault) => `${name}${key} ${fault}`);
    });
  });
}

function faultsOf(buckets: readonly Sample[], count: number | undefined, sum: number | undefined): string[] {
  const bounds = buckets.map(({ labels }) => (labels.le === '+Inf' ? Number.POSITIVE_INFINITY : Number(labels.le)));
  const rises = (numbers: readonly number[]) => numbers.every((each, place) => each >= (numbers[place - 1] ?? 0));
  const amounts = buckets.map(({ value }) => value);
  return [
    ...(bounds.at(-1) === Number.POSITIVE_INFINITY && rises(bounds) ? [] : ['has bounds that do not rise to +Inf']),
    ...(rises(amounts) ? [] : ['falls']),
    ...(count === amounts.at(-1) ? [] : [`counts ${count}, its last bucket ${amounts.at(-1)}`]),
    ...(sum !== undefined && sum >= 0 ? [] : [`sums up to ${sum}`]),
  ];
}

function withoutBound({ le: _, ...labels }: Sample['labels']): string {
  return JSON.stringify(Object.entries(labels).toSorted());
}
