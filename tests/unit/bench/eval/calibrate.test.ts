import { describe, expect, test } from 'vitest';
import { calibrate, requireBothKinds } from '../../../bench/eval/calibrate.ts';
import { figuresOf, type Outcome } from '../../../bench/eval/outcome.ts';
import { missedBars, renderReport } from '../../../bench/eval/write-report.ts';

function outcome(answerable: boolean, evidence: number, refused = evidence < 0.5): Outcome {
  return {
    asked: { question: 'When?', facts: answerable ? ['nine'] : [], ...(answerable && { gold: 'at nine' }) },
    ...{ place: answerable ? 0 : -1, refused, evidence, text: 'We open at nine.' },
    ...{ citations: 1, rightCitations: 1 },
  };
}
const twice = (each: Outcome) => [each, each];
const HEADER = { set: 'shop', heldOut: true, chunkTokens: 1_000, injected: 0 };

describe('a threshold', () => {
  test('lies between what is answerable and what is not, and tells what it does to the other half', () => {
    const outcomes = [...twice(outcome(true, 0.4)), ...twice(outcome(false, 0.3))];

    expect(calibrate(outcomes)).toEqual({ threshold: 0.4, refusedRightly: 1, refusedWrongly: 0 });
  });

  test('is set by questions of both kinds, or not at all', () => {
    const asked = (answerable: number, others: number) => ({
      name: 'gaps',
      questions: [
        ...Array.from({ length: answerable }, () => outcome(true, 1).asked),
        ...Array.from({ length: others }, () => outcome(false, 0).asked),
      ],
    });

    expect(() => requireBothKinds(asked(2, 2))).not.toThrow();
    for (const [some, others] of [
      [0, 9],
      [9, 0],
      [1, 9],
      [9, 1],
    ] as const) {
      expect(() => requireBothKinds(asked(some, others))).toThrow('gaps cannot set a threshold');
    }
  });

  test('is set by every second question alone', () => {
    const outcomes = [outcome(true, 0.9), outcome(true, 0.1), outcome(false, 0.3), outcome(false, 0.8)];

    expect(calibrate(outcomes)).toEqual({ threshold: 0.5, refusedRightly: 0, refusedWrongly: 1 });
  });

  test('does not let through what the model refused by itself', () => {
    const outcomes = twice(outcome(true, 0.9, true));

    expect(calibrate(outcomes).refusedWrongly).toBe(1);
  });

  test('lets one be answered wrongly rather than refuse another wrongly', () => {
    const overlapping = [...twice(outcome(true, 0.3)), ...twice(outcome(false, 0.4))];

    expect(calibrate(overlapping)).toMatchObject({ threshold: 0.3, refusedWrongly: 0 });
  });
});

describe('the report', () => {
  const outcomes = [outcome(true, 0.9), outcome(true, 0.4), outcome(false, 0.1), outcome(false, 0.8)];
  const figures = { ...figuresOf(HEADER, outcomes), calibration: calibrate(outcomes) };
  const run = { at: 'today', model: 'm', embeddingModel: 'e', offline: true, figures: [figures] };

  test('tells shares, what changed since the run before, and each question that went wrong', () => {
    const before = { ...run, at: 'yesterday', figures: [{ ...figures, refusedWrongly: 0.25 }] };
    const report = renderReport(run, before);

    expect(report).toContain(
      '| shop* 1000 | 2 + 2 | 100.0 % | 100.0 % | 50.0 % | 50.0 % (+25) | 100.0 % | 100.0 % | 0.0 % |',
    );
    expect(report).toContain('Changes in brackets are since yesterday.');
    expect(report).toContain('- refused: When?');
    expect(report).toContain('- answered: When?');
  });

  test('tells nothing of unanswerable questions where a set has none', () => {
    const silent = [outcome(true, 0.9)];
    const alone = { ...figuresOf(HEADER, silent), calibration: calibrate(silent) };

    expect(renderReport({ ...run, figures: [alone] }, undefined)).toContain(
      '| 1 + 0 | 100.0 % | 100.0 % | – | 0.0 % |',
    );
    expect(missedBars({ ...run, figures: [alone] }, new Map([['refused', 0.7]]))).toEqual([]);
  });

  test('names the bars that were missed, from either side', () => {
    const bars = new Map([
      ['wrong', 0.15],
      ['refused', 0.5],
      ['recall5', 1],
    ] as const);

    expect(missedBars(run, bars)).toEqual(['shop* 1000: wrong is 50.0 %, wanted ≤ 15.0 %']);
  });
});

test('of a kind of question that a set does not hold the report tells nothing', () => {
  const outcomes = twice(outcome(false, 0.3));
  const figures = { ...figuresOf(HEADER, outcomes), calibration: calibrate(outcomes) };
  const run = { at: 'now', model: 'm', embeddingModel: 'e', offline: false, figures: [figures] };

  expect(renderReport(run, undefined)).toContain('| shop* 1000 | 0 + 2 | – | – | 100.0 % | – | – | – | 0.0 % | – |');
});
