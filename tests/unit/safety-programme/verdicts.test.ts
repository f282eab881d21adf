import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../shared/config/command-line.ts';
import { findTests, linesOf } from '../../support/safety/programme/find-tests.ts';
import { ALL_LINES, parseLines } from '../../support/safety/programme/lines.ts';
import { judgeLines, toTable } from '../../support/safety/programme/verdicts.ts';

const FILE = 'tests/integration/safety/a1-catalogue.test.ts';
const ended = (counts: object, file = FILE) => JSON.stringify({ file, passed: 3, failed: 0, skipped: 0, ...counts });
const judge = (files: readonly string[], ...report: string[]) =>
  judgeLines(['A1'], new Map([['A1', files]]), report.join('\n'))[0];

describe('the safety programme', () => {
  test.each([
    ['held', 'all its tests passed', [FILE], [ended({})]],
    ['FAILED', 'a test failed', [FILE], [ended({ failed: 1 })]],
    ['NOT SHOWN', 'a test was left out', [FILE], [ended({ skipped: 1 })]],
    ['NOT SHOWN', 'a file held no test', [FILE], [ended({ passed: 0 })]],
    ['NOT FINISHED', 'a file has not ended', [FILE, 'other.test.ts'], [ended({})]],
    ['MISSING', 'nothing tests it', [], [ended({})]],
  ])('says %s of a line when %s', (verdict, _, files, report) => {
    expect(judge(files, ...report)?.verdict).toBe(verdict);
  });

  test('shows each figure that a line told, and lines that told none by their tests', () => {
    const figure = JSON.stringify({ line: 'A1', what: '19 tables', goal: '0 findings', reached: '0' });

    const [told, silent] = [judge([FILE], ended({}), figure), judge([FILE], ended({}))];

    expect(toTable(told ? [told] : [])).toMatch(/A1 +19 tables +0 +0 findings +held/);
    expect(toTable(silent ? [silent] : [])).toMatch(/A1 +the catalogue.* 3 passed, 0 failed +all pass +held/);
  });

  test('finds the tests of a line by their file, their name or the figure they tell', () => {
    expect(linesOf('tests/e2e/a16-dropped.test.ts', '')).toEqual(['A16']);
    expect(linesOf('tests/x.test.ts', "describe('A10: no page', …)")).toEqual(['A10']);
    expect(linesOf('tests/x.test.ts', "tellFigure(\n  'A5',")).toEqual(['A5']);
    expect(linesOf('tests/x.test.ts', "tellFigure('A21', 'T1', …)")).toEqual([]);
  });

  test('still has a test for the lines that had one', () => {
    const found = findTests();

    for (const line of ['A1', 'A2', 'A3', 'A4', 'A5', 'A6', 'A7', 'A8', 'A10', 'A11', 'A14', 'A17'] as const)
      expect([line, found.get(line)?.length ?? 0]).not.toEqual([line, 0]);
  });

  test('takes names of lines in any case and order, and refuses others', () => {
    expect(parseLines(['a5,A2'])).toEqual(['A2', 'A5']);
    expect(parseLines([])).toEqual(ALL_LINES);
    expect(() => parseLines(['A21'])).toThrow(UsageError);
  });
});
