import { describe, expect, test } from 'vitest';
import { citationFilter } from '../../../../../../functions/ai/use-cases/guard/citation-filter.ts';
import { foundPassage } from '../../../../../support/found-passage.ts';
import { pushThrough } from '../../../../../support/push-through.ts';

const HOURS = foundPassage({ text: 'The studio opens at eleven on Sundays.' });
const GLAZE = foundPassage({ text: 'The celadon glaze fires at 1260 degrees in a reducing kiln.' });
const FEES = foundPassage({ text: 'Course fees are refunded until fourteen days before the first evening.' });

describe.each([1, 4, 1_000])('in pieces of %i characters', (size) => {
  const check = (answer: string, given = [HOURS, GLAZE, FEES]) => {
    const filter = citationFilter(given);
    const text = pushThrough(filter, answer, size);
    return { text, cited: filter.cited.map(({ passage }) => passage) };
  };

  test('markers are numbered anew in the order they appear', () => {
    const { text, cited } = check('The celadon glaze fires at 1260 degrees [2]. The studio opens at eleven [1].');

    expect(text).toBe('The celadon glaze fires at 1260 degrees [1]. The studio opens at eleven [2].');
    expect(cited).toEqual([GLAZE, HOURS]);
  });

  test('a passage that was never given is not cited', () => {
    const { text, cited } = check('The moon is made of cheese [7].');

    expect(text).not.toMatch(/\[\d/);
    expect(cited).toEqual([]);
  });

  test('a marker at the wrong passage is put right', () => {
    const { text, cited } = check('Course fees are refunded until fourteen days before. [1]');

    expect(text).toBe('Course fees are refunded until fourteen days before. [1]');
    expect(cited).toEqual([FEES]);
  });

  test('a statement that no passage supports loses its marker', () => {
    const { text, cited } = check('Elephants migrate through Patagonia yearly [1]. The studio opens at eleven [1].');

    expect(text).toBe('Elephants migrate through Patagonia yearly. The studio opens at eleven [1].');
    expect(cited).toEqual([HOURS]);
  });

  test('one marker may name two passages', () => {
    const twin = foundPassage({ text: 'On Sundays the studio opens at eleven, as the board says.' });

    const { text, cited } = check('The studio opens at eleven on Sundays [1, 2].', [HOURS, twin]);

    expect(text).toBe('The studio opens at eleven on Sundays [1][2].');
    expect(cited).toEqual([HOURS, twin]);
  });

  test('an answer without any marker gets the one that its words prove', () => {
    const { text, cited } = check('On Sundays the studio opens at eleven.');

    expect(text).toBe('On Sundays the studio opens at eleven. [1]');
    expect(cited).toEqual([HOURS]);
  });

  test('brackets that are no markers stay', () => {
    expect(check('Take [some] clay [1a] and wait [.').text).toBe('Take [some] clay [1a] and wait [.');
  });
});
