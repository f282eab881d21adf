import { expect, test } from 'vitest';
import { changesSince, missingFrom, plotRun } from '../../bench/compare-runs.ts';

const figure = (reached: number, id = 'C7') => ({ id, name: 'p95 <of> all', reached, atMost: 25, unit: 'ms' });

test('a figure is compared with the newest earlier run that measured it', () => {
  const now = figure(30);
  const runs = [20, 40, Number.NaN].map((reached) => ({ at: '', figures: [figure(reached)] }));

  expect(changesSince({ figures: [now, figure(1, 'C1')] }, runs)).toEqual(new Map([[now, -25]]));
});

test('a run with held-up requests is compared with such runs alone', () => {
  const now = figure(30);
  const runs = [20, 40].map((reached, place) => ({
    at: '',
    delayMs: place === 0 ? 1 : undefined,
    figures: [figure(reached)],
  }));

  expect(changesSince({ figures: [now], delayMs: 1 }, runs)).toEqual(new Map([[now, 50]]));
  expect(changesSince({ figures: [now] }, runs)).toEqual(new Map([[now, -25]]));
});

test('what the programme names and nobody measured is told', () => {
  expect(missingFrom([figure(1)])).not.toContain('C7');
  expect(missingFrom([figure(Number.NaN)])).toEqual(expect.arrayContaining(['C7', 'C14']));
});

test('the plot shows a bar for each figure with a goal, and breaks on no name', () => {
  const plot = plotRun({ at: 'now', figures: [figure(30), { id: 'C1', name: 'told only', reached: 1 }] });

  expect(plot.match(/<rect/g)).toHaveLength(1);
  expect(plot).toContain('p95 &lt;of&gt; all: 30.0 of 25 ms');
});
