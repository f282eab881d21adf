import { expect, test } from 'vitest';
import { add, drainCounters, observe } from '../../../../shared/observability/metrics.ts';
import { toPrometheusText } from '../../../../shared/observability/prometheus-text.ts';
import { faultsOfHistograms, readSamples, readTypes } from '../../../support/prometheus.ts';

const shown = () => toPrometheusText(Object.fromEntries([...drainCounters()].map(([name, n]) => [name, String(n)])));
const NAME = 'understudy_request_duration_seconds';

test('a histogram’s buckets rise to its count, and its sum is that of the samples', () => {
  const times = [0.001, 0.005, 0.0051, 0.3, 4, 1_000];
  for (const seconds of times) observe(NAME, { service: 'hub', route: 'r' }, seconds);
  observe(NAME, { service: 'hub', route: 'another' }, 0.001);

  const text = shown();

  const samples = readSamples(text).filter(({ labels }) => labels.route === 'r');
  const buckets = samples.flatMap(({ labels, value }) => (labels.le ? [[labels.le, value]] : []));
  expect(Object.fromEntries(buckets)).toMatchObject({ '0.005': 2, '0.01': 3, '0.5': 4, '5': 5, '30': 5, '+Inf': 6 });
  const sum = times.reduce((all, each) => all + each);
  expect(samples.find(({ name }) => name === `${NAME}_sum`)?.value).toBeCloseTo(sum);
  expect(samples.find(({ name }) => name === `${NAME}_count`)?.value).toBe(6);
  expect(readTypes(text)).toEqual({ [NAME]: 'histogram' });
  expect(faultsOfHistograms(text)).toEqual([]);
});

test('a histogram without labels is one, too', () => {
  observe('understudy_first_token_seconds', {}, 0.2);

  const text = shown();

  expect(readTypes(text)).toEqual({ understudy_first_token_seconds: 'histogram' });
  expect(faultsOfHistograms(text)).toEqual([]);
});

test('the check of histograms finds falling buckets, a wrong count and a missing last bucket', () => {
  const text = '# TYPE h histogram\nh_bucket{le="1"} 3\nh_bucket{le="2"} 2\nh_sum 1\nh_count 4\n';

  expect(faultsOfHistograms(text)).toHaveLength(3);
});

test('no value of a label can break out of its line', () => {
  add('understudy_turns_total', { outcome: 'a"} 1\nunderstudy_forged_total{x="\\' }, 1);

  expect(readSamples(shown())).toMatchObject([{ name: 'understudy_turns_total', value: 1 }]);
});

test('an instance never carries more than its share of series, whatever is counted', () => {
  for (let n = 0; n < 5_000; n += 1) add('understudy_turns_total', { outcome: `outcome ${n}` }, 1);

  expect(drainCounters().size).toBe(2_000);
});

test('what the list of metrics does not know is not shown', () => {
  expect(toPrometheusText({ 'left_over_total{a="b"}': '1' })).toBe('\n');
});
